-- Ends a session; if there is none, keeps one from being created for a while; see ending.lua.
-- KEYS[1]  the session
-- ARGV[1]  for how many ms, or '' to keep none from being created; a mark that is there already stays
-- Answers 1 if there was a session.
local key = KEYS[1]
if is_free(key) then
  return ARGV[1] ~= '' and forbid(key, ARGV[1]) or 0
end
redis.call('UNLINK', key)
return 1
