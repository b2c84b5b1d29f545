-- Changes one entry of a shard of due times.
-- KEYS[1]  the shard: a sorted set of sessions' ids. The score is when the session is due, in ms since 1970 by the server's
--          clock. Its fraction says why: .50 a claim whose lease ends then, .25 the session was found missing, .00 all else
-- ARGV[1]  the id
-- ARGV[2]  in how many ms it is due; '' removes the entry
-- ARGV[3]  * enters it, ? changes it only if it is there; else only if it has this score
-- ARGV[4]  the fraction
-- ARGV[5]  for how many ms the set stays after that
-- Answers the new score, 0 if the entry was removed, '' if nothing changed.
local key, id = KEYS[1], ARGV[1]
local score = ARGV[3] ~= '*' and redis.call('ZSCORE', key, id)
if ARGV[3] ~= '*' and (not score or (ARGV[3] ~= '?' and tonumber(score) ~= tonumber(ARGV[3]))) then
  return ''
end
if ARGV[2] == '' then
  redis.call('ZREM', key, id)
  return '0'
end
local time = redis.call('TIME')
local due = string.format('%.2f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2] + ARGV[4])
local left = redis.call('PTTL', key)
redis.call('ZADD', key, due, id)
local wanted = ARGV[2] + ARGV[5]
if left < wanted then
  local limited = redis.pcall('PEXPIRE', key, string.format('%.0f', wanted))
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to leave what has none.
    if left == -2 then
      redis.pcall('UNLINK', key)
    end
    return limited
  end
end
return due
