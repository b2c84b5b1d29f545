-- Ends a session and answers all its fields as they were last. A large session is left as it is, and the answer is {how many
-- bytes it takes in Redis}.
-- KEYS[1]  the session
local key = KEYS[1]
local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
if type(bytes) == 'number' and bytes > 262144 then
  return {bytes}
end
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
