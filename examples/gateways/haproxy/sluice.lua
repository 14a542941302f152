-- Asks Sluice, and leaves its answer in variables of the transaction: txn.sluice_status (503 or 504 for none),
-- txn.sluice_body, txn.sluice_retry, txn.sluice_ratelimit, txn.sluice_policy.

local KEPT = { ["retry-after"] = "sluice_retry", ["ratelimit"] = "sluice_ratelimit",
               ["ratelimit-policy"] = "sluice_policy" }

core.register_action("sluice", { "http-req" }, function(txn)
  -- Only these fields: nothing that the caller sent goes to Sluice.
  local response = core.httpclient():get{
    url = "http://sluice/v1/forward-auth",
    dst = "abns@sluice",
    headers = {
      ["x-forwarded-method"] = { txn.f:method() },
      ["x-forwarded-uri"] = { txn.f:pathq() },
      ["x-forwarded-host"] = { txn.f:req_hdr("host") },
      ["x-forwarded-for"] = { txn.f:src() },
    },
  }
  txn:set_var("txn.sluice_status", response and response.status or 0)
  if not response or not response.headers then
    return
  end
  txn:set_var("txn.sluice_body", response.body or "")
  for name, variable in pairs(KEPT) do
    local values = response.headers[name]
    if values then
      txn:set_var("txn." .. variable, values[0])
    end
  end
end, 0)
