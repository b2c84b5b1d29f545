-- Replaces the copy of an ended session by what is remembered of it; see look.lua.
-- KEYS[1]  the copy
-- ARGV[1]  for how many ms
-- ARGV[2…] fields and values
local key = KEYS[1]
redis.call('UNLINK', key)
redis.call('HSET', key, unpack(ARGV, 2))
local limited = redis.pcall('PEXPIRE', key, ARGV[1])
if type(limited) == 'table' and limited.err then
  redis.pcall('UNLINK', key)
  return limited
end
return 1
