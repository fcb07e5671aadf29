// What store/markdown.ts reads, as elements.
import {blocks, type Block, type Inline} from '../store/markdown';
import {copy} from './parts';

function Spans({text}: {text: Inline[]}) {
  return (
    <>
      {text.map((one, at) => {
        if (typeof one === 'string') return one;
        const inner = <Spans text={one.text} />;
        if (one.kind === 'link') return <a key={at} href={one.href} target="_blank" rel="noreferrer noopener">{inner}</a>;
        if (one.kind === 'code') return <code key={at}>{inner}</code>;
        return one.kind === 'strong' ? <strong key={at}>{inner}</strong> : <em key={at}>{inner}</em>;
      })}
    </>
  );
}

function One({block}: {block: Block}) {
  switch (block.kind) {
    case 'heading': return <p class="heading"><strong><Spans text={block.text} /></strong></p>;
    case 'code':
      return (
        <div class="code">
          <button type="button" class="quiet" onClick={() => void copy(block.text)}>copy</button>
          <pre>{block.text}</pre>
        </div>
      );
    case 'list': {
      const items = block.items.map((item, at) => <li key={at}><Spans text={item} /></li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    case 'quote': return <blockquote><Spans text={block.text} /></blockquote>;
    case 'rule': return <hr />;
    case 'table':
      return (
        <div class="scroll">
          <table>
            <thead><tr>{block.rows[0]!.map((cell, at) => <th key={at} scope="col"><Spans text={cell} /></th>)}</tr></thead>
            <tbody>{block.rows.slice(1).map((row, at) => <tr key={at}>{row.map((cell, n) => <td key={n}><Spans text={cell} /></td>)}</tr>)}</tbody>
          </table>
        </div>
      );
    default: return <p><Spans text={block.text} /></p>;
  }
}

export function Markdown({text}: {text: string}) {
  return <div class="markdown">{blocks(text).map((block, at) => <One key={at} block={block} />)}</div>;
}
