-- Enters a session in the index of one value.
-- KEYS[1]  the value: a sorted set, scored by when each member ends, in ms by the server's clock
--          <id>   a session            !<id>  a session marked for its end
--          +<id>  pending until then   !      the value was revoked; it is known until then
-- ARGV[1]  the id
-- ARGV[2]  the time to live in ms, or '' for none
-- ARGV[3]  how many ms ago the binding began, or '' without one
-- ARGV[4]  for how many ms it is pending
-- ARGV[5]  for how many ms a revocation is known
-- ARGV[6]  how many sessions there may be, or 0
-- ARGV[7]  1 to make room; then the ids to take first
-- Answers {0} revoked; {1, a} entered, and a ms ago the value was revoked, or -1; then, if there is a limit, all members; or
-- {2} full, with the same.
local key, id = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
if redis.call('ZSCORE', key, '!' .. id) then
  return {0}
end
local ends = ARGV[2] == '' and '+inf' or now + ARGV[2]
local marks, ago, isNew = {}, -1, false
if ARGV[3] == '' then
  -- Sessions in use go on when there is no memory left: after a write that needs none the server lets the rest pass.
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  isNew = redis.call('EXISTS', key) == 0
else
  local age, known, limit = tonumber(ARGV[3]), tonumber(ARGV[5]), tonumber(ARGV[6])
  local revoked = redis.call('ZSCORE', key, '!')
  if revoked and tonumber(revoked) > now then
    ago = now - (revoked - known)
  end
  if age > known or (ago >= 0 and ago < age) then
    return {0}
  end
  if limit > 0 then
    local members = redis.call('ZRANGEBYSCORE', key, '(' .. now, '+inf', 'WITHSCORES')
    local live, order = {}, {}
    for i = 7 + 1, #ARGV do
      order[#order + 1] = ARGV[i]
    end
    local count = 0
    for i = 1, #members, 2 do
      local member = members[i]
      if #member == #id and member ~= id then
        live[member] = members[i + 1]
        order[#order + 1] = member
        count = count + 1
      end
    end
    if count >= limit and ARGV[7] ~= '1' then
      return {2, redis.call('ZRANGEBYSCORE', key, '(' .. now, '+inf')}
    end
    for _, member in ipairs(order) do
      if count < limit then
        break
      end
      if live[member] then
        marks[#marks + 1] = member
        marks[member] = live[member]
        live[member] = nil
        count = count - 1
      end
    end
  end
  isNew = redis.call('EXISTS', key) == 0
  -- First what needs memory: a server that has none left refuses it, and nothing was changed by then.
  redis.call('ZADD', key, 'GT', now + ARGV[4], '+' .. id)
end
redis.call('ZADD', key, 'GT', ends, id)
for _, member in ipairs(marks) do
  redis.call('ZADD', key, marks[member], '!' .. member)
  redis.call('ZREM', key, member)
end
redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
local last = redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2]
local limited
if last == 'inf' then
  limited = redis.pcall('PERSIST', key)
else
  -- A whole number, of which Lua knows all digits, whatever somebody else has put there as a time.
  limited = redis.pcall('PEXPIREAT', key, string.format('%.0f', math.min(math.ceil(tonumber(last)), 9e15)))
end
if type(limited) == 'table' and limited.err then
  -- Whoever may not set a time to live is not to leave what has none. A key that was there has its own.
  if isNew then
    redis.pcall('UNLINK', key)
  end
  return limited
end
if ARGV[3] ~= '' and tonumber(ARGV[6]) > 0 then
  return {1, ago, redis.call('ZRANGE', key, 0, -1)}
end
return {1, ago}
