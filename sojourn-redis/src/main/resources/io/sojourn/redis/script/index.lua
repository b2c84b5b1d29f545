-- What the scripts of an index share; Script puts it in front of each of them.
-- KEYS[1]  the sessions that have one value of an index: a sorted set. Each session has two members, and the range in which a
--          score lies says what it means. Times are microseconds by the server's clock, counted from 1.7e15.
--            -9e15   +<id>  when the session got the value; it is marked for its end
--            -7.5e15 +<id>  the same, not marked; but if it is not above the score of !, it was revoked and is marked as well
--            -7.5e15 !      when the value was revoked last
--            -6e15   <id>   when the session ends; -1 if it never does
--            0 and above    written by an earlier version, or by others
-- ARGV[1]  for how long a revocation is known
-- ARGV[2]  for how long a session is pending after it got the value
local key, KNOWN, PENDING = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
local START, MARKED, BOUND, ENDS, NEVER = 1.7e15, -9e15, -7.5e15, -6e15, -1
local MANY = 1000
local time = redis.call('TIME')
local now = math.max(time[1] * 1e6 + time[2] - START, 0)

-- With all digits: by itself Lua writes 14 of them.
local function text(number)
  return string.format('%.0f', number)
end

-- A score between two bounds; nil if there is none or it lies elsewhere.
local function score(member, from, below)
  local found = tonumber(redis.call('ZSCORE', key, member) or nil)
  return found and found >= from and found < below and found or nil
end

-- What lies at or below this is marked.
local function revoked()
  return score('!', BOUND, ENDS) or BOUND - 1
end

local function ends(micros)
  return ENDS + math.max(0, math.min(micros, NEVER - 1 - ENDS))
end

-- What an earlier version wrote, scored by milliseconds: <id> ends then; !<id> does, too, and is marked; +<id> is pending until
-- then; and ! is known until then. This happens once to a set. One call takes over two thousand members, so that no other client
-- waits long, and answers whether there are more. Then the script tells no more than that it is to be called again: what is not taken
-- over yet counts for nothing.
local function convert()
  local found = redis.call('ZRANGEBYSCORE', key, 0, '+inf', 'WITHSCORES', 'LIMIT', 0, 2 * MANY)
  if #found == 0 then
    return false
  end
  local known = tonumber(redis.call('ZSCORE', key, '!') or nil)
  if known and known >= 0 then
    local at = known * 1000 - START - KNOWN
    redis.call('ZREM', key, '!')
    if at >= 0 and at <= now then
      redis.call('ZADD', key, text(BOUND + at), '!')
    end
  end
  -- Those that end later got the value later. An earlier call may have taken over some.
  local bound = revoked()
  bound = bound + redis.call('ZCOUNT', key, '(' .. text(bound), '(' .. text(ENDS))
  local function enter(id, at, since)
    redis.call('ZADD', key, at * 1000 - START > NEVER - ENDS and NEVER or text(ends(at * 1000 - START)), id)
    redis.call('ZADD', key, text(since), '+' .. id)
  end
  for i = 1, #found, 2 do
    local member, at = found[i], tonumber(found[i + 1])
    local state, id = string.match(member, '^([!+]?)([%w_-]*[AQgw])$')
    local lives = id and #id == 22 and at * 1000 - START > now
    if member ~= '!' then
      redis.call('ZREM', key, member)
    end
    if lives and state == '+' then
      redis.call('ZADD', key, text(math.max(bound + 1, BOUND + math.min(now, at * 1000 - START - PENDING))), member)
    elseif lives and state == '!' then
      enter(id, at, MARKED)
    elseif lives then
      bound = bound + 1
      enter(id, at, score('+' .. id, MARKED, ENDS) or bound)
    end
  end
  return #found == 4 * MANY and #redis.call('ZRANGEBYSCORE', key, 0, '+inf', 'LIMIT', 0, 1) > 0
end

-- Takes out a thousand of those that have ended. Tells how many there were.
local function prune()
  local over = redis.call('ZRANGEBYSCORE', key, text(ENDS), text(ENDS + now), 'LIMIT', 0, MANY)
  for _, id in ipairs(over) do
    redis.call('ZREM', key, id, '+' .. id)
  end
  return #over
end

local function pending(at)
  return now - (at - (at < BOUND and MARKED or BOUND)) < PENDING
end

-- Members with their scores, as one text for each: the state and the id. What is none of ours is taken out: how many, is told, too.
local function tell(found, marked)
  local told, removed = {}, 0
  for i = 1, #found, 2 do
    local member = found[i]
    if #member == 23 and string.find(member, '^%+[%w_-]*[AQgw]$') then
      local waits = pending(tonumber(found[i + 1]))
      local state = marked and (waits and '?' or '!') or (waits and '+' or '-')
      told[#told + 1] = state .. string.sub(member, 2)
    elseif member ~= '!' then
      removed = removed + redis.call('ZREM', key, member)
    end
  end
  return told, removed
end

-- Marked ones, those first that have had the value the longest. Fewer are told only if there are no more.
local function marked(count, threshold)
  local last, told, removed = text(threshold or revoked())
  repeat
    -- One more, since ! may be among them.
    told, removed =
      tell(redis.call('ZRANGEBYSCORE', key, text(MARKED), last, 'WITHSCORES', 'LIMIT', 0, count + 1), true)
  until removed == 0
  told[count + 1] = nil
  return told
end

-- Others may have put there what is older than all of ours. And after a write that needs no memory a server that has none left
-- lets the rest of a script pass: so sessions in use go on, and revoking does.
local function tidy()
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. text(MARKED))
end

-- The highest score; nil if there is no member. From 0 on it is one of an earlier version, else it tells when the last session ends.
local function highest()
  return tonumber(redis.call('ZRANGE', key, -1, -1, 'WITHSCORES')[2] or nil)
end

-- The key ends with the last session, or when the revocation need not be known any more. An error that comes back is one to
-- be answered. The highest score and what is marked are given by who knows them.
local function expire(isNew, last, threshold)
  last = last or highest()
  if not last then
    return nil
  end
  local limited
  if last == NEVER then
    limited = redis.pcall('PERSIST', key)
  else
    local at = math.max(last - ENDS, (threshold or revoked()) - BOUND + KNOWN, 0)
    limited = redis.pcall('PEXPIREAT', key, text(math.ceil((at + START) / 1000)))
  end
  if type(limited) == 'table' and limited.err then
    -- Whoever may not set a time to live is not to leave what has none. A key that was there has its own.
    if isNew then
      redis.pcall('UNLINK', key)
    end
    return limited
  end
  return nil
end
