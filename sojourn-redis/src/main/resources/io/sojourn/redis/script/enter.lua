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
if convert() then
  return {-1}
end
if not binds then
  prune()
end
local threshold = revoked()
local bound = score(member, MARKED, ENDS)
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
    bound = score(member, MARKED, ENDS)
    return redis.call('ZCOUNT', key, lowest, below) - (bound and 1 or 0)
  end
  if limit > 0 then
    local count = others()
    if count >= limit and prune() > 0 then
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
local isNew = redis.call('EXISTS', key) == 0
-- First what needs memory: a server that has none left refuses it, and nothing was changed by then.
if binds then
  redis.call('ZADD', key, text(math.max(BOUND + now, threshold + 1)), member)
elseif not bound then
  redis.call('ZADD', key, text(math.max(BOUND, BOUND + now - PENDING, threshold + 1)), member)
end
redis.call('ZADD', key, 'GT', ARGV[4] == '' and NEVER or text(ends(now + ARGV[4])), id)
for i = 1, #marks, 2 do
  redis.call('ZADD', key, text(tonumber(marks[i + 1]) + MARKED - BOUND), marks[i])
end
if binds then
  prune()
end
local failure = expire(isNew)
if failure then
  return failure
end
if not binds then
  return {1, 0, 0, {}}
end
if tonumber(ARGV[7]) == 0 then
  return {1, last, math.max(ago, 0), {}}
end
local told = tell(marks, true)
local others, seen = #told > 0 and 1 or tonumber(ARGV[10]), {}
for _, each in ipairs(told) do
  seen[each] = true
end
for _, each in ipairs(marked(#told + others)) do
  if others > 0 and not seen[each] then
    told[#told + 1] = each
    others = others - 1
  end
end
return {1, last, math.max(ago, 0), told}
