-- Appends an end that was told to the stream that every node reads; see shared.lua.
-- KEYS[1]  the stream, whose ids are the server's time
-- ARGV[1]  for how many ms it stays after the last end
-- ARGV[2]  about how many ends it keeps at most
-- ARGV[3]  '' at the first try. At a repeat the entry that the first try has made, or ? if its answer was lost. If the entry is there, no
--          other one is made. After a lost answer it is looked for among the last ones only, so that many repeats do not hold the server
--          up; of an older one a second entry is made, and readers know it by its id and time
-- ARGV[4…] names and values. One more is n, the number of the entry: one more than that of the entry before
-- Answers the id of the entry.
local key, tried = KEYS[1], ARGV[3]
-- First what needs no memory: after that a server that has none left lets the rest pass, which is bounded. And a repeat writes
-- something, so that replicas can be asked whether they have it.
local there = redis.call('PEXPIRE', key, ARGV[1]) == 1

local function field(entry, name)
  for i = 1, #entry[2], 2 do
    if entry[2][i] == name then
      return entry[2][i + 1]
    end
  end
  return ''
end

local function is_same(entry)
  for i = 4, #ARGV, 2 do
    if field(entry, ARGV[i]) ~= ARGV[i + 1] then
      return false
    end
  end
  return true
end

local function entries(command, from, to, count)
  local found = redis.pcall(command, key, from, to, 'COUNT', count)
  return found.err and {} or found
end

if there and tried ~= '' then
  local candidates = tried == '?' and entries('XREVRANGE', '+', '-', 100) or entries('XRANGE', tried, tried, 1)
  for _, entry in ipairs(candidates) do
    if is_same(entry) then
      return entry[1]
    end
  end
end

local function append()
  local newest = entries('XREVRANGE', '+', '-', 1)[1]
  local number = (newest and tonumber(field(newest, 'n')) or 0) + 1
  return redis.pcall('XADD', key, 'MAXLEN', '~', ARGV[2], '*', 'n', string.format('%.0f', number), unpack(ARGV, 4))
end
local added = append()
if type(added) == 'table' and added.err and string.find(added.err, 'WRONGTYPE', 1, true) then
  redis.call('UNLINK', key) -- Another program has written it.
  there = false
  added = append()
end
if type(added) == 'table' and added.err then
  return added
end
if not there then
  local limited = redis.pcall('PEXPIRE', key, ARGV[1])
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to leave what has none.
    redis.pcall('UNLINK', key)
    return limited
  end
end
return added
