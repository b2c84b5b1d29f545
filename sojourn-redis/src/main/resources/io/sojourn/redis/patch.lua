-- Compare-and-set of one session of which only a piece of the record changes.
-- KEYS[1]  the session
-- KEYS[2]  the same again, if the server is to tell this client of the next change
-- ARGV[1]  the revision that is expected
-- ARGV[2]  the revision afterwards
-- ARGV[3]  the time of the last touch, in ms
-- ARGV[4]  the time to live in ms, or '' for none
-- ARGV[5]  how long the record is
-- ARGV[6]  how many octets stay as they are in front of the piece
-- ARGV[7]  and behind it
-- ARGV[8]  what is between them from now on
-- Answers {0} gone, {1} applied, or {3, all fields} when it is at another revision.
local key = KEYS[1]
-- pcall, because a key of another type is none of ours: for us the session is gone.
local stored = redis.pcall('HMGET', key, 'v', 'r')
if stored.err then
  if string.find(stored.err, 'WRONGTYPE', 1, true) then
    return {0}
  end
  return stored
end
local record = stored[2]
if not stored[1] then
  return {0}
end
-- By its revision the record is known to the octet. Somebody else may have written into it all the same.
if stored[1] ~= ARGV[1] or not record or #record ~= tonumber(ARGV[5]) then
  return {3, redis.call('HGETALL', key)}
end
record = string.sub(record, 1, ARGV[6]) .. ARGV[8] .. string.sub(record, #record + 1 - ARGV[7])
redis.call('HSET', key, 'v', ARGV[2], 't', ARGV[3], 'r', record)
if ARGV[4] == '' then
  redis.call('PERSIST', key)
else
  redis.call('PEXPIRE', key, ARGV[4])
end
-- With a change, even of its own, a client stops being one that has read the session. So it reads it again.
if KEYS[2] then
  redis.call('EXISTS', KEYS[2])
end
return {1}
