-- Reads the first page of a small index in which nothing has to be changed: no session in it is marked or has ended. Nearly every index is
-- like that. This script does not define what index.lua defines, and reads no scores, because Redis formats each score as text, which is
-- slow. It gives the same answer as page.lua, in about 30 % less time. The arguments are those of page.lua.
if ARGV[3] == '' then
  local key, most = KEYS[1], math.min(100, tonumber(ARGV[5]))
  local all = redis.call('ZCOUNT', key, '-inf', '+inf')
  if all <= 2 * most then
    local time = redis.call('TIME')
    local now = math.max(time[1] * 1e6 + time[2] - 1.7e15, 0)
    local between = string.format('%.0f', -7.5e15 + now - ARGV[2])
    local settled = redis.call('ZRANGEBYSCORE', key, '-7.5e15', between)
    local pending = redis.call('ZRANGEBYSCORE', key, '(' .. between, '(-6e15')
    local living = redis.call('ZRANGEBYSCORE', key, string.format('(%.0f', -6e15 + now), '(0')
    local simple = #settled + #pending + #living == all
    local lives, page = {}, {}
    for _, id in ipairs(living) do
      lives['+' .. id] = '-' .. id
    end
    for _, member in ipairs(settled) do
      page[#page + 1] = lives[member]
      -- Else the value was revoked, or the member is none of ours.
      simple = simple and #member == 23 and string.find(member, '^%+[%w_-]*[AQgw]$')
    end
    for _, member in ipairs(pending) do
      page[#page + 1] = lives[member] and member
      simple = simple and #member == 23 and string.find(member, '^%+[%w_-]*[AQgw]$')
    end
    if simple then
      return {0, page, {}}
    end
  end
end
