-- Ends a session, if it is still at the revision that is expected.
-- KEYS[1]  the session
-- ARGV[1]  the revision that is expected
-- ARGV[2]  for how many ms to keep a session that does not exist from being created, or '' not to
-- Answers {0} gone, {1} ended, or {3, all fields} when it is at another revision; {4, its bytes in Redis} if it is there and so
-- large that it would hold up all that follows on the connection.
local key = KEYS[1]
-- pcall, because a key of another type is none of ours: for us the session is gone.
local revision = redis.pcall('HGET', key, 'v')
if type(revision) == 'table' and revision.err and not string.find(revision.err, 'WRONGTYPE', 1, true) then
  return revision
end
if type(revision) == 'string' then
  if revision ~= ARGV[1] then
    local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
    if type(bytes) == 'number' and bytes > 262144 then
      return {4, bytes}
    end
    return {3, redis.call('HGETALL', key)}
  end
  redis.call('UNLINK', key)
  return {1}
end
-- With durability there has to be a write to wait for: an earlier try may have ended the session on this server alone.
if ARGV[2] ~= '' and redis.call('EXISTS', key) == 0 then
  redis.call('HSET', key, 'forbidden', '')
  local limited = redis.pcall('PEXPIRE', key, ARGV[2])
  if type(limited) == 'table' and limited.err then
    redis.pcall('UNLINK', key)
    return limited
  end
end
return {0}
