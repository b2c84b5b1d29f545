-- Reads a page of the index of one value; see index.lua.
-- ARGV[3]  where to go on: when the last one that was read got the value, or ''
-- ARGV[4]  its id
-- ARGV[5]  how many are told of at most
-- ARGV[6]  how many marked ones are told of at most
-- Answers {when the last one got the value or 0 if it is the last of all, those that are not marked, marked ones}; {-1} call
-- again, since an earlier version wrote too many members for one call.
local count, most = tonumber(ARGV[5]), tonumber(ARGV[6])
tidy()
if convert() then
  return {-1}
end
prune()
local lowest, below = '(' .. text(revoked()), '(' .. text(ENDS)
local from, after = nil, '+' .. ARGV[4]
if ARGV[3] ~= '' then
  from = BOUND + ARGV[3] - START
  lowest = from > revoked() and text(from) or lowest
end

-- In the order of a sorted set, by octets; Lua's own depends on the locale.
local function isLater(member)
  for i = 1, math.min(#member, #after) do
    local one, other = string.byte(member, i), string.byte(after, i)
    if one ~= other then
      return one > other
    end
  end
  return #member > #after
end

-- Where this many in a row have ended, the page is shorter, and its last one is the last that was looked at.
local MOST = 4 * MANY
local page, offset, found = {}, 0, nil
repeat
  found = redis.call('ZRANGEBYSCORE', key, lowest, below, 'WITHSCORES', 'LIMIT', offset, MANY)
  for i = 1, #found, 2 do
    local at = tonumber(found[i + 1])
    if #page <= 2 * count and (at ~= from or isLater(found[i]))
        and score(string.sub(found[i], 2), ENDS + now + 1, 0) then
      page[#page + 1] = found[i]
      page[#page + 1] = found[i + 1]
    end
  end
  offset = offset + MANY
until #page > 2 * count or #found < 2 * MANY or offset == MOST
local last = 0
if #page > 2 * count then
  page[#page], page[#page - 1] = nil, nil
  last = tonumber(page[#page]) - BOUND + START
elseif #found == 2 * MANY then
  if #page < 2 * count and page[#page - 1] ~= found[#found - 1] then
    page[#page + 1], page[#page + 2] = found[#found - 1], found[#found]
  end
  last = tonumber(page[#page]) - BOUND + START
end
return {last, tell(page, false), marked(most)}
