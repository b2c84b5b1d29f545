-- Changes the cause of an end that was not told yet; see look.lua.
-- KEYS[1]  the copy
-- ARGV[1]  the cause
-- Answers 1, or 0 if there is no copy.
if type(redis.pcall('HGET', KEYS[1], 'v')) ~= 'string' then
  return 0
end
redis.call('HSET', KEYS[1], 'c', ARGV[1])
return 1
