-- Enters a session in the index of one value; see index.lua.
-- ARGV[3]  the id
-- ARGV[4]  the time to live, or '' for none
-- ARGV[5]  how long ago the binding began, or '' without one
-- ARGV[6]  the last revocation that was known by then, or 0
-- ARGV[7]  how many sessions there may be, or 0
-- ARGV[8]  1 to make room
-- ARGV[9]  how many are marked at most to make room
-- ARGV[10] how many others are told of at most; one if some are marked, since each entry that marks ends its own
-- Answers {0} revoked; {1, revocation or 0, how long ago, marked ones} entered; {2, those that end soonest} full; {-1} call
-- again, since too many have ended to take them all out in one call, and it cannot be told without that whether there is room, or
-- since an earlier version wrote too many.
local id, member = ARGV[3], '+' .. ARGV[3]
local binds = ARGV[5] ~= ''
if not binds then
  tidy()
end
-- A sign-in waits for this script, so it asks for nothing twice, and of a new key for nothing at all.
local top = highest()
if top and top >= 0 then
  if convert() then
    return {-1}
  end
  top = highest()
end
if not binds and top and prune() > 0 then
  top = highest()
end
local isNew, pruned = not top, nil
local threshold = top and revoked() or BOUND - 1
local bound = top and score(member, MARKED, ENDS)
if bound and bound <= threshold then
  return {0}
end
local last, ago, marks = 0, -1, {}
if threshold >= BOUND then
  last, ago = threshold - BOUND + START, now - (threshold - BOUND)
end
-- Of those that end soonest some that are not marked.
local function soonest(count)
  local found, told = redis.call('ZRANGEBYSCORE', key, text(ENDS + now + 1), NEVER, 'LIMIT', 0, 8 * count), {}
  for _, each in ipairs(found) do
    local at = each ~= id and #told < 2 * count and score('+' .. each, threshold + 1, ENDS)
    if at then
      told[#told + 1] = '+' .. each
      told[#told + 1] = at
    end
  end
  return (tell(told, false))
end

if binds then
  local age, limit = tonumber(ARGV[5]), tonumber(ARGV[7])
  -- More than a second ahead of now it is because the server's clock was set back, which tells nothing.
  if age > KNOWN or (last > tonumber(ARGV[6]) and ago > -1e6 and ago <= age) then
    return {0}
  end
  local lowest, below = '(' .. text(threshold), '(' .. text(ENDS)
  local function others()
    return redis.call('ZCOUNT', key, lowest, below) - (bound and 1 or 0)
  end
  if limit > 0 and top then
    local count = others()
    pruned = count >= limit and prune()
    if pruned and pruned > 0 then
      isNew = redis.call('EXISTS', key) == 0
      bound = score(member, MARKED, ENDS)
      count = others()
      if count >= limit and redis.call('ZCOUNT', key, text(ENDS), text(ENDS + now)) > 0 then
        -- Among these may be some that have ended. But there are never more than sessions that live, marked ones included.
        count = redis.call('ZCOUNT', key, '(' .. text(ENDS + now), NEVER) - (score(id, ENDS + now + 1, 0) and 1 or 0)
        if count >= limit then
          return {-1}
        end
      end
    end
    if count >= limit and ARGV[8] ~= '1' then
      return {2, soonest(tonumber(ARGV[10]))}
    end
    if count >= limit then
      local room = math.min(count - limit + 1, tonumber(ARGV[9]))
      local oldest = redis.call('ZRANGEBYSCORE', key, lowest, below, 'WITHSCORES', 'LIMIT', 0, room + 1)
      for i = 1, #oldest, 2 do
        if oldest[i] ~= member and #marks < 2 * room then
          marks[#marks + 1] = oldest[i]
          marks[#marks + 1] = oldest[i + 1]
        end
      end
    end
  end
end
-- First what needs memory: a server that has none left refuses it, and nothing was changed by then.
local ending = ARGV[4] == '' and NEVER or ends(now + ARGV[4])
local since = nil
if binds then
  since = text(math.max(BOUND + now, threshold + 1))
elseif not bound then
  since = text(math.max(BOUND, BOUND + now - PENDING, threshold + 1))
end
if isNew then
  redis.call('ZADD', key, since, member, text(ending), id)
else
  if since then
    redis.call('ZADD', key, since, member)
  end
  redis.call('ZADD', key, 'GT', text(ending), id)
end
for i = 1, #marks, 2 do
  redis.call('ZADD', key, text(tonumber(marks[i + 1]) + MARKED - BOUND), marks[i])
end
if binds and top and pruned ~= 0 then
  prune()
end
local failure = expire(isNew, math.max(top or ending, ending), threshold)
if failure then
  return failure
end
if not binds then
  return {1, 0, 0, {}}
end
if tonumber(ARGV[7]) == 0 or not top then
  return {1, last, math.max(ago, 0), {}}
end
local told = tell(marks, true)
local others, seen = #told > 0 and 1 or tonumber(ARGV[10]), {}
for _, each in ipairs(told) do
  seen[each] = true
end
for _, each in ipairs(marked(#told + others, threshold)) do
  if others > 0 and not seen[each] then
    told[#told + 1] = each
    others = others - 1
  end
end
return {1, last, math.max(ago, 0), told}
