-- Reads a session, and for how long it will live.
-- KEYS[1]  the session
-- Answers {time to live in ms, -1 without one; all fields}.
-- pcall, so that the error about a key of another type has its own words on every version.
local fields = redis.pcall('HGETALL', KEYS[1])
if fields.err then
  return fields
end
return {redis.call('PTTL', KEYS[1]), fields}
