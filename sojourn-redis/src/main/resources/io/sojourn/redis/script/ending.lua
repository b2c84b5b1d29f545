-- What the scripts share that end one session; it stands before each of them.

-- Whether there is a session, and what is to be answered if it must not be ended now: an error; {3, all fields} if it is at another
-- revision than the one that is expected, if any is; {4, its bytes in Redis} if it is so large, too, that it would hold up all that
-- follows on the connection.
local function find(key, expected)
  -- pcall, because a key of another type is none of ours: for us the session is gone.
  local revision = redis.pcall('HGET', key, 'v')
  if type(revision) == 'table' and revision.err and not string.find(revision.err, 'WRONGTYPE', 1, true) then
    return false, revision
  end
  if type(revision) ~= 'string' then
    return false
  end
  if expected == '' or revision == expected then
    return true
  end
  local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
  if type(bytes) == 'number' and bytes > 262144 then
    return true, {4, bytes}
  end
  return true, {3, redis.call('HGETALL', key)}
end

-- Whether there is nothing, or only what says that there is no session: the mark that keeps one from being created, or the note that
-- one has ended.
local function is_free(key)
  return redis.call('EXISTS', key) == 0
    or redis.pcall('HGET', key, 'forbidden') == ''
    or type(redis.pcall('HGET', key, 'ended')) == 'string'
end

-- Keeps a session from being created for so many ms. Answers an error, if there is one.
local function forbid(key, millis)
  redis.call('HSET', key, 'forbidden', '')
  local limited = redis.pcall('PEXPIRE', key, millis)
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to leave what has none.
    redis.pcall('UNLINK', key)
    return limited
  end
end
