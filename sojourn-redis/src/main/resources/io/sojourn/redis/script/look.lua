-- Looks whether a session lives. One that ends soon is copied, because nothing is left of it once its TTL has run out.
-- KEYS[1]  the session; left out while a slot of a cluster moves and only the copy is to be looked at
-- KEYS[2]  its copy, with two more fields: c is the cause of its end, n says how often it was looked at since it has ended. Once its
--          end was told, there is a note where the session was; see told.lua
-- ARGV[1]  how many ms before its end a session is copied
-- ARGV[2]  for how many ms a copy stays after the session's end
-- ARGV[3]  a copy that takes more bytes than this in Redis is not answered
-- ARGV[4]  for how many ms a copy stays at most once its end was told, so that other nodes can read it
-- Answers {0} missing; {1, TTL in ms or -1} lives; {2, TTL in ms, 1 if it was
-- copied just now or 0 if the copy was there} ends soon; {3, n, c or '', all fields or how many bytes} has
-- ended; {4} has ended, and that was told.
local session, copy = KEYS[1], KEYS[#KEYS]

-- Revision, time and cause of the copy. pcall, because a key of another type is none of ours.
local function kept_fields()
  local fields = redis.pcall('HMGET', copy, 'v', 't', 'c')
  if not fields.err then
    return fields
  end
  redis.call('UNLINK', copy)
  return {}
end

local seen = session == copy and {} or redis.pcall('HMGET', session, 'v', 't', 'ended')
if seen.err and not string.find(seen.err, 'WRONGTYPE', 1, true) then
  return seen
end
if not seen.err and seen[1] then
  local left = redis.call('PTTL', session)
  if left < 0 or left > tonumber(ARGV[1]) then
    redis.call('UNLINK', copy)
    return {1, left}
  end
  local kept = kept_fields()
  -- A cause is of an end that failed.
  local changed = kept[1] ~= seen[1] or kept[2] ~= seen[2] or kept[3]
  -- First what needs no memory, though there may be no copy yet: after that a server that has none left lets the copy pass. It is gone
  -- soon, and so is the session.
  redis.call('PEXPIRE', copy, left + ARGV[2])
  if changed then
    redis.call('COPY', session, copy, 'REPLACE')
    redis.call('PEXPIRE', copy, left + ARGV[2])
  end
  return {2, left, changed and 1 or 0}
end
if not seen.err and seen[3] then
  if redis.call('PTTL', copy) > tonumber(ARGV[4]) then
    redis.call('PEXPIRE', copy, ARGV[4])
  end
  return {4}
end
local kept = kept_fields()
if not kept[1] then
  return {0}
end
-- First what needs no memory: after that a server that has none left lets the rest pass.
redis.call('PEXPIRE', copy, ARGV[2])
local tries = redis.pcall('HINCRBY', copy, 'n', 1)
if type(tries) ~= 'number' then
  tries = 1 -- Another program has written it.
  redis.call('HSET', copy, 'n', tries)
end
local bytes = redis.pcall('MEMORY', 'USAGE', copy, 'SAMPLES', '0')
if type(bytes) == 'number' and bytes > tonumber(ARGV[3]) then
  return {3, tries, kept[3] or '', bytes}
end
return {3, tries, kept[3] or '', redis.call('HGETALL', copy)}
