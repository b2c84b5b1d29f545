-- Extends a session's life, if it is still at the revision that was read.
-- KEYS[1]  the session
-- ARGV[1]  the revision
-- ARGV[2]  the time of the last touch, in ms
-- ARGV[3]  the time to live in ms, or '' for none
-- Answers 1 if it did.
if redis.pcall('HGET', KEYS[1], 'v') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 't', ARGV[2])
if ARGV[3] == '' then
  redis.call('PERSIST', KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
