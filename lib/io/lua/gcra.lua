-- KEYS: buckets. ARGV[1]: cost, want, back, share, then limit and interval (microseconds) of each
-- bucket, as numbers with blanks between -> granted, then what each bucket is filled with
-- (microseconds). All buckets take what is granted, or none takes anything.
local number = {}
for word in string.gmatch(ARGV[1], '%d+') do number[#number + 1] = tonumber(word) end
local cost, want, back, share = number[1], number[2], number[3], number[4]
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]

local filled, room = {}, math.huge
for i, key in ipairs(KEYS) do
  local limit, interval = number[3 + 2 * i], number[4 + 2 * i]
  local full_until = tonumber(redis.call('GET', key) or '') or now
  -- No clock that was set back, and no limit that was lowered, closes a bucket for longer than it takes to empty it.
  filled[i] = math.max(0, math.min(full_until - now - back * interval, limit * interval))
  room = math.min(room, math.floor((limit * interval - filled[i]) / interval))
end

local granted = 0
if room >= cost then granted = math.max(cost, math.min(want, math.floor(room / share))) end
if granted > 0 or back > 0 then
  for i, key in ipairs(KEYS) do
    filled[i] = filled[i] + granted * number[4 + 2 * i]
    if filled[i] > 0 then
      redis.call('SET', key, string.format('%.0f', now + filled[i]), 'PX', string.format('%.0f', math.ceil(filled[i] / 1000)))
    else
      redis.call('DEL', key)
    end
  end
end
return {granted, unpack(filled)}
