-- Leaves a note where a session was that has ended: whoever looks for it there finds the note.
-- KEYS[1]  the session
-- ARGV[1]  for how many ms
-- ARGV[2]  the note
-- By now there may be another session, which has no note, or a mark that keeps one from being created, which has one, too.
-- First what needs no memory, though it does nothing: after that a server that has none left lets the note pass, which
-- is smaller than the copy that is removed next.
local key = KEYS[1]
if redis.call('EXISTS', key) == 0 then
  redis.call('UNLINK', key)
  redis.call('HSET', key, 'ended', ARGV[2])
  local limited = redis.pcall('PEXPIRE', key, ARGV[1])
  if type(limited) == 'table' and limited.err then
    redis.pcall('UNLINK', key)
    return limited
  end
elseif redis.pcall('HGET', key, 'forbidden') == '' then
  redis.call('HDEL', key, 'ended')
  redis.call('HSET', key, 'ended', ARGV[2])
elseif redis.pcall('HGET', key, 'ended') == ARGV[2] then
  -- A repeat. It writes something, so that replicas can be asked whether they have it.
  redis.call('PEXPIRE', key, ARGV[1])
end
return 1
