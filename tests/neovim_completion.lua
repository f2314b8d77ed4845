-- Neovim asks for completion, without a screen. Reads SSOT_COMMAND and SSOT_CURSORS (JSON), SSOT_FOLDER, SSOT_FILE; writes
-- to SSOT_RESULT, as JSON, for each text of SSOT_CURSORS, whose cursor is where it has `|`, what becomes of it by label.

local result = { texts = {} }

local function at_cursor(buffer, client, lines)
  local row, column
  for number, line in ipairs(lines) do
    local at = line:find("|", 1, true)
    if at then
      row, column = number - 1, at - 1
      lines[number] = line:sub(1, at - 1) .. line:sub(at + 1)
    end
  end
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(buffer),
    position = { line = row, character = column },
    context = { triggerKind = 1 },
  }
  local answers = vim.lsp.buf_request_sync(buffer, "textDocument/completion", params, 60000)
  local answer = answers[client].result
  local found = {}
  for _, item in ipairs(answer.items or answer) do
    local edits = { item.textEdit }
    vim.list_extend(edits, item.additionalTextEdits or {})
    vim.lsp.util.apply_text_edits(edits, buffer, "utf-16")
    local label = (item.tags and "-" or "") .. item.label
    found[label] = vim.api.nvim_buf_get_lines(buffer, 0, -1, false)
    vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  end
  return found
end

local ok, problem = pcall(function()
  vim.cmd("edit " .. vim.fn.fnameescape(vim.env.SSOT_FILE))
  local buffer = vim.api.nvim_get_current_buf()
  local client = vim.lsp.start_client({
    name = "ssot-lint", cmd = vim.fn.json_decode(vim.env.SSOT_COMMAND), root_dir = vim.env.SSOT_FOLDER,
  })
  vim.lsp.buf_attach_client(buffer, client)
  vim.wait(60000, function() return #vim.diagnostic.get(buffer) > 0 end, 50)
  for _, text in ipairs(vim.fn.json_decode(vim.env.SSOT_CURSORS)) do
    local found = at_cursor(buffer, client, vim.split(text, "\n", true))
    table.insert(result.texts, next(found) and found or vim.empty_dict())
  end
end)
if not ok then result.problem = tostring(problem) end
local out = io.open(vim.env.SSOT_RESULT, "w")
out:write(vim.fn.json_encode(result))
out:close()
vim.cmd("qall!")
