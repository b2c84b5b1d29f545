-- Takes sessions out of the index of one value; see index.lua.
-- ARGV[3]  1 if the sessions have ended for good, else only those leave that are neither pending nor marked
-- ARGV[4…] the ids
-- Answers how many left.
tidy()
convert()
local threshold, count = revoked(), 0
for i = 4, #ARGV do
  local id = ARGV[i]
  local at = score('+' .. id, MARKED, ENDS)
  if ARGV[3] == '1' or not at or (at > threshold and not pending(at)) then
    count = count + redis.call('ZREM', key, id)
    redis.call('ZREM', key, '+' .. id)
  end
end
prune()
return expire(false) or count
