-- Changes the cause of an end that was not told yet; see look.lua.
-- KEYS[1]  the copy
-- ARGV[1]  the cause: what was the cause before, and words that are added
-- Answers 1, or 0 if there is no copy of this end. A copy of a session that lives has no cause, and no look has found it ended.
local found = redis.pcall('HMGET', KEYS[1], 'v', 'c', 'n')
if found.err or not found[1] then
  return 0
end
local before = found[2] or ''
if string.sub(ARGV[1], 1, #before) ~= before or (before == '' and not found[3]) then
  return 0
end
-- First what needs no memory: after that a server that has none left lets the rest pass.
redis.call('PEXPIRE', KEYS[1], math.max(1, redis.call('PTTL', KEYS[1])))
redis.call('HSET', KEYS[1], 'c', ARGV[1])
return 1
