-- Makes the copy of a session, where one script must not have two keys: see look.lua.
-- KEYS[1]  the copy
-- ARGV[1]  for how many ms
-- ARGV[2]  the cause if the session is being ended; '' if it ends soon
-- ARGV[3]  a copy that has a cause stays unless this is its revision, or *. It is of another end. That one has failed if its copy was
--          there before the session was seen to live; else the copy may be all that is left
-- ARGV[4…] fields and values
-- Answers 1 if the copy is another one than before, else 0.
local key = KEYS[1]
local before = redis.pcall('HMGET', key, 'v', 't', 'c')
if before[3] and ARGV[3] ~= '*' and ARGV[3] ~= before[1] then
  return 0
end
-- The key must not vanish in between: while its slot moves away, a key that is not there cannot be written. And after a write that
-- needs no memory a server that has none left lets the rest pass.
local others = {}
if before.err then
  redis.call('UNLINK', key)
else
  redis.call('PEXPIRE', key, ARGV[1])
  local held = redis.call('HGETALL', key)
  for i = 1, #held, 2 do
    others[held[i]] = true
  end
end
-- In batches, since Lua's stack holds no more than some thousand values.
for from = 4, #ARGV, 1000 do
  redis.call('HSET', key, unpack(ARGV, from, math.min(from + 999, #ARGV)))
end
if ARGV[2] ~= '' then
  redis.call('HSET', key, 'c', ARGV[2])
  others['c'] = nil
end
for i = 4, #ARGV, 2 do
  others[ARGV[i]] = nil
end
for field in pairs(others) do
  redis.call('HDEL', key, field)
end
local limited = redis.pcall('PEXPIRE', key, ARGV[1])
if type(limited) == 'table' and limited.err then
  redis.pcall('UNLINK', key)
  return limited
end
local now = redis.call('HMGET', key, 'v', 't')
return (before[1] ~= now[1] or before[2] ~= now[2]) and 1 or 0
