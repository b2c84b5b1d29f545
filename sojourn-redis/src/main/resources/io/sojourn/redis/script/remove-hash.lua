-- Removes a hash and answers the fields that it had at that moment: name, value, name, value, and so on.
-- KEYS[1]  the hash
-- ARGV[1]  a field; a hash that has it is left as it is, and the answer is one empty string. '' for none.
local key = KEYS[1]
if ARGV[1] ~= '' and redis.pcall('HEXISTS', key, ARGV[1]) ~= 0 then
  return {''}
end
local fields = redis.pcall('HGETALL', key)
if fields.err then
  return {}
end
if #fields > 0 then
  redis.call('UNLINK', key)
end
return fields
