-- Appends an end that was told to the stream that every node reads; see shared.lua.
-- KEYS[1]  the stream, whose ids are the server's time
-- ARGV[1]  for how many ms it stays after the last end
-- ARGV[2]  about how many ends it keeps at most
-- ARGV[3…] names and values
local key = KEYS[1]
-- First what needs no memory: after that a server that has none left lets the rest pass, which is bounded.
local there = redis.call('PEXPIRE', key, ARGV[1]) == 1
local function append()
  return redis.pcall('XADD', key, 'MAXLEN', '~', ARGV[2], '*', unpack(ARGV, 3))
end
local added = append()
if type(added) == 'table' and added.err and string.find(added.err, 'WRONGTYPE', 1, true) then
  redis.call('UNLINK', key) -- Another program has written it.
  there = false
  added = append()
end
if type(added) == 'table' and added.err then
  return added
end
if not there then
  local limited = redis.pcall('PEXPIRE', key, ARGV[1])
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to leave what has none.
    redis.pcall('UNLINK', key)
    return limited
  end
end
return 1
