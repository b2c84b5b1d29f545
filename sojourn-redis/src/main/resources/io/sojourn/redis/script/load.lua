-- Reads a session, unless it is large: Redis would hold up all that follows on the connection.
-- KEYS[1]  the session
-- ARGV[1]  how many bytes it may take in Redis
-- ARGV[2]  the name of a part; then that part is read alone, with revision and time
-- Answers {all fields, or the three values}, or {how many bytes it takes} if they are more.
local key = KEYS[1]
-- pcall, because a server may forbid to ask; then nothing is known of the size, and what is there is read.
local bytes = redis.pcall('MEMORY', 'USAGE', key, 'SAMPLES', '0')
if type(bytes) == 'number' and bytes > tonumber(ARGV[1]) then
  return {bytes}
end
-- pcall, so that the error about a key of another type has its own words on every version.
local fields
if ARGV[2] then
  fields = redis.pcall('HMGET', key, 'v', 't', ARGV[2])
else
  fields = redis.pcall('HGETALL', key)
end
if fields.err then
  return fields
end
return {fields}
