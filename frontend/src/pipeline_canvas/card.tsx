// A node on the canvas: what it is called, its ports, its problems, how it stands.

import { Handle, Position, type NodeProps } from "@xyflow/react";
import { memo, type ReactElement } from "react";
import type { CardNode } from "./flow";
import { Icon, useActions, useOf } from "./parts";
import { Status } from "./status";

/** The field in which a title is written; it is kept by Enter and by leaving. */
export function TitleField({ of, title, label }: { of: string; title: string; label: string }): ReactElement {
  const actions = useActions();
  return (
    <input
      className="title-field nodrag nopan nokey"
      aria-label={label}
      defaultValue={title}
      maxLength={80}
      autoFocus
      onFocus={(event) => event.target.select()}
      onBlur={(event) => actions.finishTitle(of, event.target.value)}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") {
          event.currentTarget.value = title;
          event.currentTarget.blur();
        }
      }}
    />
  );
}

function Port({ name, type, side }: { name: string; type: string; side: "target" | "source" }): ReactElement {
  const input = side === "target";
  return (
    <div className={`port ${side}`} title={`${name}: ${type}`}>
      <Handle
        id={name}
        type={side}
        position={input ? Position.Left : Position.Right}
        className={`handle type-${type}`}
        data-type={type}
        aria-label={`${input ? "Input" : "Output"} ${name}, ${type}`}
      />
      <span className="port-name">{name}</span>
    </div>
  );
}

function Title({ id, title }: { id: string; title: string }): ReactElement {
  if (useOf((board) => board.renaming === id)) return <TitleField of={id} title={title} label="Title of the node" />;
  return (
    <div className="card-title" title={title}>
      {title}
    </div>
  );
}

export const Card = memo(function Card({ id, data }: NodeProps<CardNode>): ReactElement {
  const { title, component, problems, parameters } = data;
  return (
    <div className={problems.length > 0 ? "card wrong" : "card"}>
      <div className="card-head">
        <Icon name={component.icon} />
        <div className="card-names">
          <Title id={id} title={title} />
          {title !== component.title && <div className="card-kind">{component.title}</div>}
        </div>
        {parameters.length > 0 && (
          <span className="card-mark" title={`Pipeline parameter: ${parameters.join(", ")}`}>
            <Icon name="tune" />
            <span className="visually-hidden">Pipeline parameter: {parameters.join(", ")}</span>
          </span>
        )}
        {problems.length > 0 && (
          <span className="card-mark problem" title={problems.join("\n")}>
            <Icon name="warning" />
            <span className="visually-hidden">{problems.join(" ")}</span>
          </span>
        )}
      </div>
      <div className="ports">
        <div>
          {Object.entries(component.inputs).map(([name, type]) => (
            <Port key={name} name={name} type={type} side="target" />
          ))}
        </div>
        <div>
          {Object.entries(component.outputs).map(([name, type]) => (
            <Port key={name} name={name} type={type} side="source" />
          ))}
        </div>
      </div>
      <Status node={id} />
    </div>
  );
});
