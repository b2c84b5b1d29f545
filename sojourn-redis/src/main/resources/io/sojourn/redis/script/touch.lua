-- Extends a session's life, if it is still at the revision that was read.
-- KEYS[1]  the session
-- KEYS[2]  the same again, if the server is to tell this client of the next change
-- ARGV[1]  the revision
-- ARGV[2]  the time of the last touch, in ms
-- ARGV[3]  the time to live in ms, or '' for none
-- Answers 1 if it did.
local revision = redis.pcall('HGET', KEYS[1], 'v')
if revision ~= ARGV[1] then
  local failed = type(revision) == 'table' and revision.err
  if failed and not string.find(failed, 'WRONGTYPE', 1, true) then
    return revision
  end
  return 0
end
-- First what needs no memory: after that a server that has none left lets the rest pass, and sessions in use do not end.
if ARGV[3] == '' then
  redis.call('PERSIST', KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
redis.call('HSET', KEYS[1], 't', ARGV[2])
-- With a change, even of its own, a client stops being one that has read the session. So it reads it again.
if KEYS[2] then
  redis.call('EXISTS', KEYS[2])
end
return 1
