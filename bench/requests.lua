-- Sends what the lines of a file say, one after the other: method, path and cookies, with tabs between them.
-- Given "again" it starts anew at the end of the file; else the requests must last, which `wanting` tells.
local lines, position, again = {}, 0, false

function init(arguments)
   again = arguments[2] == "again"
   for line in io.lines(arguments[1]) do
      local method, path, cookies = line:match("([^\t]*)\t([^\t]*)\t([^\t]*)")
      local headers = { ["Cookie"] = cookies, ["Origin"] = arguments[3] }
      lines[#lines + 1] = wrk.format(method, path, headers)
   end
end

function request()
   position = position + 1
   if position > #lines then
      if again then position = 1 else wrk.thread:stop() position = #lines end
   end
   return lines[position]
end

function done(summary, latency, requests)
   local errors = summary.errors
   io.write(string.format(
      '\n{"requests": %d, "microseconds": %d, "p50": %f, "p99": %f, "failed": %d}\n',
      summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
      errors.connect + errors.read + errors.write + errors.status + errors.timeout
   ))
end
