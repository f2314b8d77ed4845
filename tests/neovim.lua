-- Neovim as a user of the server, without a screen: `nvim --headless -u NONE -l` needs 0.9, so it runs by `-S`.
-- Reads SSOT_COMMAND (JSON), SSOT_FOLDER, SSOT_FILE; writes what it saw to SSOT_RESULT, as JSON.

local result = {}
local function done()
  local out = io.open(vim.env.SSOT_RESULT, "w")
  out:write(vim.fn.json_encode(result))
  out:close()
  vim.cmd("qall!")
end

local function seen(buffer)
  local found = {}
  for _, one in ipairs(vim.diagnostic.get(buffer)) do
    table.insert(found, { line = one.lnum + 1, code = one.code or (one.user_data or {}).lsp and one.user_data.lsp.code,
      message = one.message, source = one.source })
  end
  table.sort(found, function(a, b) return a.line < b.line or (a.line == b.line and a.message < b.message) end)
  return found
end

local ok, problem = pcall(function()
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.SSOT_FILE))
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({
    name = "ssot-lint", cmd = vim.fn.json_decode(vim.env.SSOT_COMMAND), root_dir = vim.env.SSOT_FOLDER,
  })
  vim.lsp.buf_attach_client(buffer, client)
  local wait = function(what) return vim.wait(60000, what, 50) end
  result.opened = wait(function() return #vim.diagnostic.get(buffer) > 0 end)
  result.first = seen(buffer)

  -- An alias import, typed above all else and not saved.
  vim.api.nvim_buf_set_lines(buffer, 0, 0, false, { "from chat.channels import ChannelManager as Channels" })
  result.typed = wait(function()
    local first = seen(buffer)[1]
    return first ~= nil and first.line == 1
  end)
  result.second = seen(buffer)
  result.modified = vim.bo[buffer].modified

  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    range = { start = { line = 0, character = 0 }, ["end"] = { line = 0, character = 60 } },
    context = { diagnostics = vim.lsp.diagnostic.get_line_diagnostics(buffer, 0), only = { "quickfix" } },
  }
  local answers = vim.lsp.buf_request_sync(buffer, "textDocument/codeAction", params, 60000)
  local actions = answers[client].result
  result.titles = vim.tbl_map(function(one) return one.title end, actions)
  vim.lsp.util.apply_workspace_edit(actions[1].edit, "utf-16")
  result.lines = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
  result.fixed = wait(function()
    local first = seen(buffer)[1]
    return first == nil or first.line > 1
  end)
  local hover = vim.lsp.buf_request_sync(buffer, "textDocument/hover", {
    textDocument = params.textDocument, position = { line = 0, character = 30 },
  }, 60000)
  result.hover = hover[client].result and hover[client].result.contents.value or ""
end)
if not ok then result.problem = tostring(problem) end
done()
