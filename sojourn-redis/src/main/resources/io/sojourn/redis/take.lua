-- Ends a session and answers all its fields as they were last.
-- KEYS[1]  the session
local key = KEYS[1]
local fields = redis.pcall('HGETALL', key)
if fields.err then
  -- A key of another type is none of ours.
  redis.call('UNLINK', key)
  return {}
end
if redis.pcall('HGET', key, 'forbidden') ~= '' then
  redis.call('UNLINK', key)
end
return fields
