-- Compare-and-set of one session.
-- KEYS[1]  the session
-- KEYS[2]  the same again, if the server is to tell this client of the next change
-- ARGV[1]  the revision that is expected, or '' if there must be nothing yet
-- ARGV[2]  the revision afterwards
-- ARGV[3]  the time of the last touch, in ms
-- ARGV[4]  the time to live in ms, or '' for none
-- ARGV[5]  left out if no part changes. The bytes of the part `r` if no argument follows; most writes have only this part, and each
--          argument costs Redis a fiftieth of this script. Else the number of parts to remove, whose names follow; after them
--          pairs of a part's name and bytes
-- Answers 0 gone, 1 applied, 2 taken, or {3, all fields} when it is at another revision; {4, its bytes in Redis} if it is there
-- and so large that it would hold up all that follows on the connection. What is usual is answered by a bare number, because
-- a table costs Redis an eighth of the time that this script takes.
local key, expected, note = KEYS[1], ARGV[1], false
if expected ~= '' then
  -- pcall, because a key of another type is none of ours: for us the session is gone.
  local revision = redis.pcall('HGET', key, 'v')
  if revision ~= expected then
    if type(revision) ~= 'string' then
      local failed = type(revision) == 'table' and revision.err
      if failed and not string.find(failed, 'WRONGTYPE', 1, true) then
        return revision
      end
      return 0
    end
    local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
    if type(bytes) == 'number' and bytes > 262144 then
      return {4, bytes}
    end
    return {3, redis.call('HGETALL', key)}
  end
elseif redis.call('EXISTS', key) == 1 then
  if redis.pcall('HGET', key, 'forbidden') == '' then
    return 0
  end
  -- A note that an earlier session has ended keeps no other one from being created; see told.lua.
  note = type(redis.pcall('HGET', key, 'ended')) == 'string'
  if not note then
    return 2
  end
end
-- First what needs memory: a server that has none left refuses it, and must not have removed anything by then.
if #ARGV == 5 then
  redis.call('HSET', key, 'v', ARGV[2], 't', ARGV[3], 'r', ARGV[5])
elseif #ARGV == 4 then
  redis.call('HSET', key, 'v', ARGV[2], 't', ARGV[3])
elseif ARGV[5] == '0' and #ARGV < 1000 then
  redis.call('HSET', key, 'v', ARGV[2], 't', ARGV[3], unpack(ARGV, 6))
else
  -- In batches, since Lua's stack holds no more than some thousand values.
  local first = 6 + tonumber(ARGV[5])
  redis.call('HSET', key, 'v', ARGV[2], 't', ARGV[3])
  for from = first, #ARGV, 1000 do
    redis.call('HSET', key, unpack(ARGV, from, math.min(from + 999, #ARGV)))
  end
  for from = 6, first - 1, 1000 do
    redis.call('HDEL', key, unpack(ARGV, from, math.min(from + 999, first - 1)))
  end
end
if note then
  redis.call('HDEL', key, 'ended')
end
if ARGV[4] == '' then
  redis.call('PERSIST', key)
else
  local limited = redis.pcall('PEXPIRE', key, ARGV[4])
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to fill the memory with what has none.
    if expected == '' then
      redis.pcall('UNLINK', key)
    end
    return limited
  end
end
-- With a change, even of its own, a client stops being one that has read the session. So it reads it again.
if KEYS[2] then
  redis.call('EXISTS', KEYS[2])
end
return 1
