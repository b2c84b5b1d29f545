-- All members of the index of one value.
-- KEYS[1]  the value, see enter.lua
-- Answers the time and all members with their scores.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
-- They come in the order of their ends. A read that finds none over changes nothing.
if members[2] and tonumber(members[2]) <= now then
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  members = redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
end
return {now, members}
