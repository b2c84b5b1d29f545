-- Takes sessions out of the index of one value; see index.lua.
-- ARGV[3]  1 if the sessions have ended for good, else only those leave that are neither pending nor marked
-- ARGV[4…] the ids
-- Answers how many left; -1 call again, since an earlier version wrote too many members for one call.
tidy()
if convert() then
  return -1
end
local threshold, count, leaving, bindings = revoked(), 0, {}, {}
local function flush()
  if #leaving > 0 then
    count = count + redis.call('ZREM', key, unpack(leaving))
    redis.call('ZREM', key, unpack(bindings))
    leaving, bindings = {}, {}
  end
end
for i = 4, #ARGV do
  local binding = '+' .. ARGV[i]
  local at = ARGV[3] ~= '1' and score(binding, MARKED, ENDS)
  if not at or (at > threshold and not pending(at)) then
    leaving[#leaving + 1], bindings[#bindings + 1] = ARGV[i], binding
    if #leaving == MANY then
      flush()
    end
  end
end
flush()
prune()
return expire(false) or count
