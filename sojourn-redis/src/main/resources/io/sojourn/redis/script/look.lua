-- Looks whether a session lives. One that ends soon is copied, because nothing is left of it once its TTL has run out.
-- KEYS[1]  the session
-- KEYS[2]  its copy, with two more fields: c is the cause of its end, n says how often it was looked at since it has ended. Once its
--          end was told, there are the fields c, s and e only
-- ARGV[1]  how many ms before its end a session is copied
-- ARGV[2]  for how many ms a copy stays after the session's end
-- ARGV[3]  a copy that takes more bytes than this in Redis is not answered
-- Answers {0} missing; {1, TTL in ms or -1} lives; {2, TTL in ms, 1 if it was
-- copied just now or 0 if the copy was there} ends soon; {3, n, c or '', all fields or how many bytes} has
-- ended; {4} has ended, and that was told.
local session, copy = KEYS[1], KEYS[2]
local seen = redis.pcall('HMGET', session, 'v', 't')
if seen.err and not string.find(seen.err, 'WRONGTYPE', 1, true) then
  return seen
end
if not seen.err and seen[1] then
  local left = redis.call('PTTL', session)
  if left < 0 or left > tonumber(ARGV[1]) then
    redis.call('UNLINK', copy)
    return {1, left}
  end
  local kept = redis.call('HMGET', copy, 'v', 't')
  local changed = kept[1] ~= seen[1] or kept[2] ~= seen[2]
  if changed then
    redis.call('COPY', session, copy, 'REPLACE')
  end
  redis.call('PEXPIRE', copy, left + ARGV[2])
  return {2, left, changed and 1 or 0}
end
local kept = redis.call('HMGET', copy, 'v', 'c')
if not kept[1] then
  return {kept[2] and 4 or 0}
end
-- First what needs no memory: after that a server that has none left lets the rest pass.
redis.call('PEXPIRE', copy, ARGV[2])
local tries = redis.call('HINCRBY', copy, 'n', 1)
local bytes = redis.pcall('MEMORY', 'USAGE', copy, 'SAMPLES', '0')
if type(bytes) == 'number' and bytes > tonumber(ARGV[3]) then
  return {3, tries, kept[2] or '', bytes}
end
return {3, tries, kept[2] or '', redis.call('HGETALL', copy)}
