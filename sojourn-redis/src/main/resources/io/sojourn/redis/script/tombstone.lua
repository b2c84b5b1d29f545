-- Ends a session; if there is none, keeps one from being created for a while.
-- KEYS[1]  the session
-- ARGV[1]  for how many ms
-- Answers 1 if there was a session.
local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'forbidden', '')
  local limited = redis.pcall('PEXPIRE', key, ARGV[1])
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to leave what has none.
    redis.pcall('UNLINK', key)
    return limited
  end
  return 0
end
if redis.pcall('HGET', key, 'forbidden') == '' then
  redis.call('PEXPIRE', key, ARGV[1])
  return 0
end
redis.call('UNLINK', key)
return 1
