-- Ends a session, if it is still at the revision that is expected; see ending.lua.
-- KEYS[1]  the session
-- ARGV[1]  the revision that is expected
-- ARGV[2]  for how many ms to keep a session that does not exist from being created, or '' not to
-- Answers 0 gone, 1 ended, or what else `find` says. A table would cost Redis more time than a bare number.
local key = KEYS[1]
local there, refused = find(key, ARGV[1])
if refused then
  return refused
end
if there then
  redis.call('UNLINK', key)
  return 1
end
-- With durability there has to be a write to wait for: an earlier try may have ended the session on this server alone.
return ARGV[2] ~= '' and is_free(key) and forbid(key, ARGV[2]) or 0
