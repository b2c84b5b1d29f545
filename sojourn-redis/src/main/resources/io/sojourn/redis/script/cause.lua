-- Changes the cause of an end that was not told yet; see look.lua.
-- KEYS[1]  the copy
-- ARGV[1]  the cause
-- Answers 1, or 0 if there is no copy.
if type(redis.pcall('HGET', KEYS[1], 'v')) ~= 'string' then
  return 0
end
-- First what needs no memory: after that a server that has none left lets the rest pass.
redis.call('PEXPIRE', KEYS[1], math.max(1, redis.call('PTTL', KEYS[1])))
redis.call('HSET', KEYS[1], 'c', ARGV[1])
return 1
