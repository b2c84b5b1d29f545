-- Reads the stream of ends that were told; see share.lua.
-- KEYS[1]  the stream
-- ARGV[1]  the id of the last entry that was read; '' to ask where the stream ends
-- ARGV[2]  how many entries at most
-- Answers the id of the last entry that is read now, then the names and values of each entry.
local key, after = KEYS[1], ARGV[1]
local newest = redis.pcall('XREVRANGE', key, '+', '-', 'COUNT', 1)
if newest.err and not string.find(newest.err, 'WRONGTYPE', 1, true) then
  return newest
end
local last = newest[1] and newest[1][1]
if after == '' or not last then
  return {last or (after == '' and '0-0' or after)}
end
local function millis(id)
  return tonumber(string.match(id, '^%d+')) or 0
end
if millis(last) < millis(after) then
  -- The server has lost entries that were read, in a failover, and its clock is behind: what it has added since then has ids that look
  -- read. So the last minute is read again.
  after = string.format('%.0f-0', math.max(millis(last) - 60000, 0))
end
local answer = {after}
for _, entry in ipairs(redis.call('XRANGE', key, '(' .. after, '+', 'COUNT', ARGV[2])) do
  answer[1] = entry[1]
  answer[#answer + 1] = entry[2]
end
return answer
