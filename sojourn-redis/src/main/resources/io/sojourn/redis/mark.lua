-- Marks the sessions in the index of one value for their end.
-- KEYS[1]  the value, see enter.lua
-- ARGV[1]  the id to leave alone, or ''
-- ARGV[2]  for how many ms the revocation is known
-- ARGV[3]  how many may be marked at a time
-- Answers all members.
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- After a write that needs no memory a server that has none left lets the rest pass: revoking goes on.
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
local isNew = redis.call('EXISTS', key) == 0
redis.call('ZADD', key, now + ARGV[2], '!')
local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
local left = tonumber(ARGV[3])
for i = 1, #members, 2 do
  if #members[i] > 1 and string.sub(members[i], 1, 1) == '!' then
    left = left - 1
  end
end
for i = 1, #members, 2 do
  local member = members[i]
  if left > 0 and #member == 22 and member ~= ARGV[1] then
    redis.call('ZADD', key, members[i + 1], '!' .. member)
    redis.call('ZREM', key, member)
    left = left - 1
  end
end
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
local limited
if last == 'inf' then
  limited = redis.pcall('PERSIST', key)
else
  -- A whole number, of which Lua knows all digits, whatever somebody else has put there as a time.
  limited = redis.pcall('PEXPIREAT', key, string.format('%.0f', math.min(math.ceil(tonumber(last)), 9e15)))
end
if type(limited) == 'table' and limited.err then
  -- Whoever may not set a time to live is not to leave what has none. A key that was there has its own.
  if isNew then
    redis.pcall('UNLINK', key)
  end
  return limited
end
return redis.call('ZRANGE', key, 0, -1)
