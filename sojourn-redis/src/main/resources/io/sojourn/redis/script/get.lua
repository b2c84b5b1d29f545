-- Reads a string, unless it is large: Redis would hold up all that follows on the connection.
-- KEYS[1]  the string
-- ARGV[1]  how many bytes it may take in Redis
-- ARGV[2]  for how many ms it lives from now on; left out to leave its time to live as it is
-- Answers {the value}, {} if there is none, or {how many bytes it takes} if they are more.
local key = KEYS[1]
-- pcall, because a server may forbid to ask; then nothing is known of the size, and what is there is read.
local bytes = redis.pcall('MEMORY', 'USAGE', key)
if type(bytes) == 'number' and bytes > tonumber(ARGV[1]) then
  return {bytes}
end
-- pcall, so that the error about a key of another type has its own words on every version.
local value
if ARGV[2] then
  value = redis.pcall('GETEX', key, 'PX', ARGV[2])
else
  value = redis.pcall('GET', key)
end
if type(value) == 'table' and value.err then
  return value
end
return value and {value} or {}
