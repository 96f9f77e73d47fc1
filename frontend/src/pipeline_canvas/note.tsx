// A note on the canvas, and a group of nodes.

import { Handle, NodeResizer, Position, type NodeProps } from "@xyflow/react";
import { memo, type ReactElement } from "react";
import { TitleField } from "./card";
import { changeNote } from "./draft";
import { groupKey, noteKey, type GroupNode, type NoteNode } from "./flow";
import { Icon, useActions, useOf } from "./parts";

export const NoteCard = memo(function NoteCard({ data, selected }: NodeProps<NoteNode>): ReactElement {
  const actions = useActions();
  const { board } = actions;
  const { id, text, readonly } = data;
  const writing = useOf(({ renaming }) => renaming === noteKey(id));
  return (
    <div className="note">
      <NodeResizer
        isVisible={selected && !readonly}
        minWidth={100}
        minHeight={60}
        onResizeEnd={(_, { x, y, width, height }) => {
          const size: [number, number] = [Math.round(width), Math.round(height)];
          const position: [number, number] = [Math.round(x), Math.round(y)];
          board.commit("Resized a note", changeNote(board.body, id, { size, position }), true);
        }}
      />
      {writing ? (
        <textarea
          className="note-text nodrag nopan nowheel nokey"
          aria-label="Text of the note"
          defaultValue={text}
          maxLength={4000}
          autoFocus
          onBlur={(event) => actions.finishNote(id, event.target.value)}
          onKeyDown={(event) => {
            event.stopPropagation();
            if (event.key !== "Escape" && !(event.key === "Enter" && event.ctrlKey)) return;
            event.currentTarget.blur();
            actions.focus(noteKey(id));
          }}
        />
      ) : (
        <div className="note-text" onDoubleClick={() => readonly || board.rename(noteKey(id))}>
          {text || <span className="muted">Double-click to write</span>}
        </div>
      )}
    </div>
  );
});

export const GroupBox = memo(function GroupBox({ id: key, data }: NodeProps<GroupNode>): ReactElement {
  const actions = useActions();
  const { board } = actions;
  const writing = useOf(({ renaming }) => renaming === key);
  const { id, title, folded, count, inputs, outputs, readonly } = data;
  const shown = title || "Group";
  return (
    <div className={folded ? "group folded" : "group"}>
      <div className="group-head" onDoubleClick={() => readonly || board.rename(groupKey(id))}>
        <button
          type="button"
          className="group-fold nodrag"
          aria-label={folded ? `Unfold ${shown}` : `Fold ${shown}`}
          aria-expanded={!folded}
          tabIndex={-1}
          disabled={readonly}
          onClick={() => actions.fold(id)}
        >
          <Icon name={folded ? "chevron_right" : "expand_more"} />
        </button>
        {writing ? (
          <TitleField of={key} title={title} label="Title of the group" />
        ) : (
          <span className="group-title">{shown}</span>
        )}
        <span className="group-count">{count}</span>
      </div>
      {folded && (
        <div className="ports">
          <div>
            {inputs.map((port) => (
              <div key={port.handle} className="port target" title={`${port.label}: ${port.type}`}>
                <Handle id={port.handle} type="target" position={Position.Left} className={`handle type-${port.type}`} isConnectable={false} />
                <span className="port-name">{port.label}</span>
              </div>
            ))}
          </div>
          <div>
            {outputs.map((port) => (
              <div key={port.handle} className="port source" title={`${port.label}: ${port.type}`}>
                <Handle id={port.handle} type="source" position={Position.Right} className={`handle type-${port.type}`} isConnectable={false} />
                <span className="port-name">{port.label}</span>
              </div>
            ))}
          </div>
        </div>
      )}
    </div>
  );
});
