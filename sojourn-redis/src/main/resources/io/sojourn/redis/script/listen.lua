-- Says which nodes have listeners that are told on one node.
-- KEYS[1]  a sorted set of names of nodes. The score says until when that holds, in ms since 1970 by the server's clock
-- ARGV[1]  the name of a node that is entered; '' only to ask
-- ARGV[2]  for how many ms that holds; 0 removes the node
-- ARGV[3]  for how many ms it holds at most. What says that it holds for longer was written before the server's clock was set back, or by
--          another program, and does not count
-- Answers how many nodes there are.
local key, node, stays = KEYS[1], ARGV[1], tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function count()
  return redis.pcall('ZCOUNT', key, string.format('(%.0f', now), string.format('%.0f', now + ARGV[3]))
end
local nodes = count()
if type(nodes) == 'table' then
  if not string.find(nodes.err, 'WRONGTYPE', 1, true) then
    return nodes
  end
  if node == '' then
    return 0
  end
  redis.call('UNLINK', key) -- Another program has written it.
end
if node == '' then
  return nodes
end
if stays == 0 then
  redis.call('ZREM', key, node)
else
  -- First what needs no memory, though there may be no key yet: after that a server that has none left lets the rest pass.
  redis.pcall('PEXPIRE', key, string.format('%.0f', math.max(stays, redis.call('PTTL', key))))
  redis.call('ZADD', key, string.format('%.0f', now + stays), node)
  local limited = redis.pcall('PEXPIRE', key, string.format('%.0f', math.max(stays, redis.call('PTTL', key))))
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to leave what has none.
    redis.pcall('UNLINK', key)
    return limited
  end
end
local function remove(from, to)
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', key, from, to, 'LIMIT', 0, 100)) do
    redis.call('ZREM', key, gone)
  end
end
remove('-inf', string.format('%.0f', now))
remove(string.format('(%.0f', now + ARGV[3]), '+inf')
return count()
