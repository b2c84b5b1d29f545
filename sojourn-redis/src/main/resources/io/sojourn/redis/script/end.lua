-- Ends a session and keeps it as its own copy; see ending.lua and look.lua.
-- KEYS[1]  the session
-- KEYS[2]  the copy
-- ARGV[1]  the revision that is expected, or '' for any
-- ARGV[2]  the cause
-- ARGV[3]  for how many ms the copy stays after the session would have ended
-- ARGV[4]  for how many ms to keep a session that does not exist from being created, or '' not to
-- Answers {0} gone, {1} ended, or what else `find` says.
local key = KEYS[1]
local there, refused = find(key, ARGV[1])
if refused then
  return refused
end
if there then
  local left = redis.call('PTTL', key)
  redis.call('RENAME', key, KEYS[2])
  redis.call('PEXPIRE', KEYS[2], math.max(left, 0) + ARGV[3])
  redis.call('HSET', KEYS[2], 'c', ARGV[2])
  return {1}
end
local free = is_free(key)
if not free and ARGV[1] == '' then
  redis.call('UNLINK', key)
  return {1}
end
return ARGV[4] ~= '' and free and forbid(key, ARGV[4]) or {0}
