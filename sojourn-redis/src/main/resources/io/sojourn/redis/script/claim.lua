-- Claims sessions that are due; see due.lua.
-- KEYS[1]  the shard
-- ARGV[1]  how many at most
-- ARGV[2]  for how many ms they are leased
-- ARGV[3]  for how many ms the set stays after that
-- ARGV[4]  for how many ms at least they have been due
-- Answers in how many ms the next one is due, -1 if there is none; then for each its id, its new score, for how many ms it was
-- due, and the hundredfold fraction of the score that it had.
local key, lease = KEYS[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('ZRANGEBYSCORE', key, '-inf', string.format('%.2f', now - ARGV[4] + 0.99), 'WITHSCORES', 'LIMIT', 0, ARGV[1])
if #found > 0 then
  -- First what needs no memory: after that a server that has none left lets the rest pass, and ends are told.
  local wanted = math.max(lease + ARGV[3], redis.call('PTTL', key))
  redis.call('PEXPIRE', key, string.format('%.0f', wanted))
end
local claim, told = string.format('%.2f', now + lease + 0.5), {-1}
for i = 1, #found, 2 do
  local at = tonumber(found[i + 1])
  if #found[i] == 22 then
    redis.call('ZADD', key, claim, found[i])
    told[#told + 1] = found[i]
    told[#told + 1] = claim
    told[#told + 1] = math.max(0, math.floor(now - at))
    told[#told + 1] = at % 1 * 100
  else
    redis.call('ZREM', key, found[i]) -- Another program has written it; it would be claimed for ever.
  end
end
local first = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')[2]
if first then
  told[1] = math.max(0, math.ceil(tonumber(first) - now))
end
return told
