-- Reads the stream of ends that were told; see share.lua.
-- KEYS[1]  the stream
-- ARGV[1]  the id of the last entry that was read; '' to ask where the stream ends
-- ARGV[2]  how many entries at most
-- ARGV[3]  the number of the last entry that was read; '' if it is not known
-- Answers the id of the last entry that is read now, its number, how many entries between the last one and the first one that is read
-- are gone, then the names and values of each entry.
local key, after, number = KEYS[1], ARGV[1], ARGV[3]
local newest = redis.pcall('XREVRANGE', key, '+', '-', 'COUNT', 1)
if newest.err and not string.find(newest.err, 'WRONGTYPE', 1, true) then
  return newest
end

local function number_of(entry)
  for i = 1, #entry[2], 2 do
    if entry[2][i] == 'n' and tonumber(entry[2][i + 1]) then
      return entry[2][i + 1]
    end
  end
  return '' -- An earlier version has written it, or another program.
end

local last = newest[1] and newest[1][1]
if not last then
  return {after == '' and '0-0' or after, '0', 0} -- The next entry begins a stream.
end
if after == '' then
  return {last, number_of(newest[1]), 0}
end
local function millis(id)
  return tonumber(string.match(id, '^%d+')) or 0
end
if millis(last) < millis(after) then
  -- The server has lost entries that were read, in a failover, and its clock is behind: what it has added since then has ids that look
  -- read. So the last minute is read again.
  after, number = string.format('%.0f-0', math.max(millis(last) - 60000, 0)), ''
end
local answer = {after, number, 0}
for _, entry in ipairs(redis.call('XRANGE', key, '(' .. after, '+', 'COUNT', ARGV[2])) do
  local before, now = tonumber(answer[2]), tonumber(number_of(entry))
  if before and now and now > before + 1 then
    answer[3] = answer[3] + now - before - 1
  end
  answer[1], answer[2] = entry[1], number_of(entry)
  answer[#answer + 1] = entry[2]
end
return answer
