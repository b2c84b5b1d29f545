-- Ends a session and keeps it as its own copy; see look.lua.
-- KEYS[1]  the session
-- KEYS[2]  the copy
-- ARGV[1]  the revision that is expected, or '' for any
-- ARGV[2]  the cause
-- ARGV[3]  for how many ms the copy stays after the session would have ended
-- ARGV[4]  for how many ms to keep a session that does not exist from being created, or '' not to
-- Answers {0} gone, {1} ended, or {3, all fields} when it is at another revision; {4, its bytes in Redis} if it is there and so
-- large that it would hold up all that follows on the connection.
local key = KEYS[1]
-- pcall, because a key of another type is none of ours: for us the session is gone.
local revision = redis.pcall('HGET', key, 'v')
if type(revision) == 'table' and revision.err and not string.find(revision.err, 'WRONGTYPE', 1, true) then
  return revision
end
if type(revision) == 'string' then
  if ARGV[1] ~= '' and revision ~= ARGV[1] then
    local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
    if type(bytes) == 'number' and bytes > 262144 then
      return {4, bytes}
    end
    return {3, redis.call('HGETALL', key)}
  end
  local left = redis.call('PTTL', key)
  redis.call('RENAME', key, KEYS[2])
  redis.call('PEXPIRE', KEYS[2], math.max(left, 0) + ARGV[3])
  redis.call('HSET', KEYS[2], 'c', ARGV[2])
  return {1}
end
local isThere = redis.call('EXISTS', key) == 1
local forbids = isThere and redis.pcall('HGET', key, 'forbidden') == ''
if isThere and not forbids and ARGV[1] == '' then
  redis.call('UNLINK', key)
  return {1}
end
if ARGV[4] ~= '' and (forbids or not isThere) then
  redis.call('HSET', key, 'forbidden', '')
  local limited = redis.pcall('PEXPIRE', key, ARGV[4])
  if type(limited) == 'table' and limited.err then
    redis.pcall('UNLINK', key)
    return limited
  end
end
return {0}
