-- Revokes the value of an index, or goes on with it; see index.lua.
-- ARGV[3]  1 to revoke, else nothing is marked that was not
-- ARGV[4]  the id to leave alone, or ''
-- ARGV[5]  how many are told of at most
-- Answers {the revocation or 0, 1 if the session that is left alone is there and was not marked, marked ones}; {-1} call
-- again, since there are too many for one call: written by an earlier version, or later than now.
tidy()
if convert() then
  return {-1}
end
prune()
local isNew = redis.call('EXISTS', key) == 0
local threshold, stays, more = revoked(), 0, false
if ARGV[3] == '1' then
  local member = '+' .. ARGV[4]
  local own = score(member, BOUND, ENDS)
  if own and own > threshold then
    stays = 1
  end
  threshold = math.max(BOUND + now, threshold + 1)
  redis.call('ZADD', key, text(threshold), '!')
  if stays == 1 then
    redis.call('ZADD', key, text(threshold + 1), member)
  end
  -- Only if the server's clock was set back there are later ones.
  local ahead = redis.call('ZRANGEBYSCORE', key, '(' .. text(threshold), '(' .. text(ENDS), 'WITHSCORES', 'LIMIT', 0, MANY)
  for i = 1, #ahead, 2 do
    if ahead[i] ~= member then
      redis.call('ZADD', key, text(tonumber(ahead[i + 1]) + MARKED - BOUND), ahead[i])
    end
  end
  more = #ahead == 2 * MANY
end
local failure = expire(isNew)
if failure then
  return failure
end
if more then
  return {-1}
end
return {threshold >= BOUND and threshold - BOUND + START or 0, stays, marked(tonumber(ARGV[5]))}
