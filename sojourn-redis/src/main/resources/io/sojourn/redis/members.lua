-- All members of the index of one value.
-- KEYS[1]  the value, see enter.lua
-- Answers all members that are not over, those that end soonest first.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
-- A read that finds none over changes nothing.
if redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, 1)[1] then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
end
return redis.call('ZRANGE', KEYS[1], 0, -1)
