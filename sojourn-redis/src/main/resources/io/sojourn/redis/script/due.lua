-- Changes one entry of a shard of due times.
-- KEYS[1]  the shard: a sorted set of sessions' ids. The score is when the session is due, in ms since 1970 by the server's
--          clock. Its fraction says why: .50 a claim whose lease ends then, .25 the session was found missing, .00 all else
-- ARGV[1]  the id
-- ARGV[2]  in how many ms it is due; '' removes the entry
-- ARGV[3]  * enters it, ? changes it only if it is there; else only if it has this score
-- ARGV[4]  the fraction
-- ARGV[5]  for how many ms the set stays after that
-- ARGV[6]  how many ms overdue an entry is that is dropped when another is entered, because no node asks for what is due
-- Answers the new score, 0 if the entry was removed, '' if nothing changed.
local key, id = KEYS[1], ARGV[1]
local score = redis.call('ZSCORE', key, id)
if ARGV[3] ~= '*' and (not score or (ARGV[3] ~= '?' and tonumber(score) ~= tonumber(ARGV[3]))) then
  return ''
end
if ARGV[2] == '' then
  redis.call('ZREM', key, id)
  return '0'
end
local time = redis.call('TIME')
if ARGV[3] == '*' then
  local before = string.format('(%.0f', time[1] * 1000 - ARGV[6])
  for _, forgotten in ipairs(redis.call('ZRANGEBYSCORE', key, '-inf', before, 'LIMIT', 0, 20)) do
    if forgotten ~= id then -- Or the set might be gone for a moment, and its TTL with it.
      redis.call('ZREM', key, forgotten)
    end
  end
end
local due = string.format('%.2f', time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[2] + ARGV[4])
local left = redis.call('PTTL', key)
local wanted = ARGV[2] + ARGV[5]
if score then
  -- First what needs no memory: after that a server that has none left lets the rest pass, and ends are told.
  redis.call('PEXPIRE', key, string.format('%.0f', math.max(left, wanted)))
  left = math.max(left, wanted)
end
redis.call('ZADD', key, due, id)
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
