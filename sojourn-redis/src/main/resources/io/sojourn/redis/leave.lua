-- Takes sessions out of the index of one value.
-- KEYS[1]  the value, see enter.lua
-- ARGV[1]  1 if the sessions have ended for good, else only those leave that are neither pending nor marked
-- ARGV[2…] the ids
-- Answers how many left.
local key = KEYS[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local count = 0
for i = 2, #ARGV do
  local id = ARGV[i]
  if ARGV[1] == '1' then
    count = count + redis.call('ZREM', key, id, '!' .. id)
    redis.call('ZREM', key, '+' .. id)
  else
    local pending = redis.call('ZSCORE', key, '+' .. id)
    if not (pending and tonumber(pending) > now) then
      count = count + redis.call('ZREM', key, id)
    end
  end
end
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
if last and last ~= 'inf' then
  redis.call('PEXPIREAT', key, string.format('%.0f', math.min(math.ceil(tonumber(last)), 9e15))) -- As in enter.lua.
end
return count
