var F=`.classbar {
  display: grid;
  gap: 0.5rem;
}
.class-search {
  width: 100%;
}
.class-buttons {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
  max-height: 11rem;
  padding: 3px;
  overflow-y: auto;
  scrollbar-width: thin;
}
.class-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
`;var P=`.tile-list {
  position: relative;
  padding: 3px;
  overflow: hidden auto;
  overscroll-behavior: contain;
  border-radius: var(--radius);
  scrollbar-width: thin;
}
.tile-list:focus-visible {
  outline-offset: 3px;
}
.tile {
  cursor: pointer;
}
.frame {
  position: relative;
  display: grid;
  place-items: center;
  width: var(--side);
  height: var(--side);
  overflow: hidden;
  border-radius: 6px;
  background: #000000;
}
.tile.loading .frame {
  background: var(--soft);
}
.cell {
  background-repeat: no-repeat;
}
.cell.crisp {
  image-rendering: pixelated;
}
.excerpt {
  display: -webkit-box;
  overflow: hidden;
  font-size: 0.9rem;
  line-height: 1.4;
  overflow-wrap: anywhere;
  -webkit-box-orient: vertical;
  -webkit-line-clamp: 3;
}
.tile[aria-selected="true"] .frame::after {
  content: "";
  position: absolute;
  inset: 0;
  border: 3px solid var(--accent);
  border-radius: inherit;
  background: color-mix(in srgb, var(--accent) 30%, transparent);
  pointer-events: none;
}
@media (hover: hover) {
  .tile:hover .frame {
    box-shadow: 0 0 0 2px color-mix(in srgb, var(--accent) 45%, transparent);
  }
}
.tile-list:focus .tile.focused .frame,
.tile-list:focus-within .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px var(--accent);
}
.band {
  position: absolute;
  top: 0;
  left: 0;
  border: 1px solid var(--accent);
  border-radius: 3px;
  background: color-mix(in srgb, var(--accent) 18%, transparent);
  pointer-events: none;
}
`;var D=`.studio {
  --ink: var(--st-text-color, #31333f);
  --paper: var(--st-background-color, #ffffff);
  --soft: var(--st-secondary-background-color, #f0f2f6);
  --line: var(--st-border-color, rgba(49, 51, 63, 0.2));
  --accent: var(--st-primary-color, #ff4b4b);
  --muted: color-mix(in srgb, var(--ink) 68%, var(--paper));
  --good: var(--st-green-text-color, #158237);
  --warn: var(--st-orange-text-color, #b35300);
  --bad: var(--st-red-text-color, #bd4043);
  --bad-soft: var(--st-red-background-color, rgba(255, 43, 43, 0.09));
  --radius: var(--st-base-radius, 0.5rem);
  box-sizing: border-box;
  width: 100%;
  min-width: 0;
  color: var(--ink);
  font-family: var(--st-font, "Source Sans", sans-serif);
  font-size: 0.95rem;
  line-height: 1.45;
  color-scheme: light;
  container-type: inline-size;
  -webkit-tap-highlight-color: transparent;
}
.studio[data-theme="dark"] {
  color-scheme: dark;
}
.studio *,
.studio *::before,
.studio *::after {
  box-sizing: border-box;
}
.studio p {
  margin: 0;
}
.studio :focus {
  outline: none;
}
.studio :focus-visible {
  outline: 2px solid var(--accent);
  outline-offset: 2px;
}
.studio [hidden] {
  display: none !important;
}
.button {
  display: inline-flex;
  align-items: center;
  justify-content: center;
  gap: 0.4rem;
  min-height: 2.5rem;
  padding: 0.25rem 0.75rem;
  border: 1px solid var(--line);
  border-radius: var(--st-button-radius, var(--radius));
  background: var(--paper);
  color: var(--ink);
  font: inherit;
  cursor: pointer;
  touch-action: manipulation;
  transition:
    border-color 0.12s,
    background-color 0.12s,
    color 0.12s;
}
@media (hover: hover) {
  .button:hover:not(:disabled) {
    border-color: var(--accent);
    color: color-mix(in srgb, var(--accent) 80%, var(--ink));
  }
}
.button:active:not(:disabled) {
  background: var(--soft);
}
.button:disabled {
  opacity: 0.45;
  cursor: default;
}
.button.primary {
  border-color: var(--accent);
  background: var(--accent);
  color: var(--on-accent, #ffffff);
  font-weight: 600;
}
.button.primary:hover:not(:disabled) {
  background: color-mix(in srgb, var(--accent) 86%, black);
  color: var(--on-accent, #ffffff);
}
.button.quiet {
  border-color: transparent;
  background: transparent;
}
.button.quiet:hover:not(:disabled) {
  background: var(--soft);
}
.key {
  display: inline-block;
  min-width: 1.45em;
  padding: 0 0.3em;
  border: 1px solid var(--line);
  border-bottom-width: 2px;
  border-radius: 0.3rem;
  background: var(--paper);
  color: var(--muted);
  font-family: var(--st-code-font, monospace);
  font-size: 0.75em;
  line-height: 1.5;
  text-align: center;
}
.key.on-accent {
  border-color: currentColor;
  background: transparent;
  color: inherit;
  opacity: 0.85;
}
.field {
  min-width: 0;
  min-height: 2.4rem;
  padding: 0.35rem 0.6rem;
  border: 1px solid var(--line);
  border-radius: var(--radius);
  background: var(--paper);
  color: var(--ink);
  font: inherit;
}
textarea.field {
  width: 100%;
  resize: vertical;
}
.muted {
  color: var(--muted);
}
.small {
  font-size: 0.85rem;
}
.numbers {
  font-variant-numeric: tabular-nums;
}
.bar {
  position: relative;
  height: 0.5rem;
  overflow: hidden;
  border-radius: 1rem;
  background: color-mix(in srgb, var(--ink) 12%, transparent);
}
.bar > div {
  width: 100%;
  height: 100%;
  border-radius: inherit;
  background: var(--accent);
  transform: scaleX(0);
  transform-origin: left;
  transition: transform 0.25s ease-out;
}
.notice {
  padding: 0.75rem 1rem;
  border-left: 3px solid var(--bad);
  border-radius: var(--radius);
  background: var(--bad-soft);
  overflow-wrap: anywhere;
}
.notice-what {
  font-weight: 600;
}
.notice-fix {
  margin-top: 0.25rem !important;
}
.notice-actions {
  display: flex;
  flex-wrap: wrap;
  gap: 0.5rem;
  margin-top: 0.6rem;
}
.empty {
  display: flex;
  flex-direction: column;
  align-items: center;
  justify-content: center;
  gap: 0.25rem;
  min-height: 8rem;
  padding: 1.5rem 1rem;
  border: 1px dashed var(--line);
  border-radius: var(--radius);
  color: var(--muted);
  text-align: center;
}
.empty strong {
  color: var(--ink);
  font-weight: 600;
}
.status {
  display: inline-flex;
  align-items: center;
  gap: 0.4rem;
  color: var(--muted);
  font-size: 0.85rem;
}
.status::before {
  content: "";
  flex: none;
  width: 0.5rem;
  height: 0.5rem;
  border-radius: 50%;
  background: currentColor;
}
.status[data-state="saved"] {
  color: var(--good);
}
.status[data-state="offline"],
.status[data-state="refused"] {
  color: var(--warn);
  font-weight: 600;
}
.visually-hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
@media (prefers-reduced-motion: reduce) {
  .studio * {
    transition: none !important;
    animation: none !important;
  }
}
@media (hover: none) {
  .button .key {
    display: none;
  }
}
`;function K(r,e){let t=document.createElement("span");t.style.color=e,r.append(t);let i=getComputedStyle(t).color;t.remove();let s=i.match(/[\d.]+/g)?.map(Number)??[],n=i.startsWith("color(")?255:1;return[(s[0]??0)*n,(s[1]??0)*n,(s[2]??0)*n]}function V([r,e,t]){let i=s=>{let n=s/255;return n<=.04045?n/12.92:((n+.055)/1.055)**2.4};return .2126*i(r)+.7152*i(e)+.0722*i(t)}function C(r){let e=V(K(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=e?"dark":"light";let t=V(K(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(t+.05)>=3?"#ffffff":"#111111")}var me=50;function U(r,e){let t=new WeakMap;return i=>{let s=i.parentElement,n=t.get(s);if(n)C(n.host),n.instance.update(i);else{let l=document.createElement("style");l.textContent=D+r;let u=document.createElement("div");u.className="studio",s.append(l,u),C(u),n={host:u,style:l,instance:e(u,i),turn:0},t.set(s,n)}let a=n,d=++a.turn;return()=>{setTimeout(()=>{a.turn!==d||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),t.delete(s))},me)}}}function o(r,e={},...t){let i=document.createElement(r);for(let[s,n]of Object.entries(e)){if(n===void 0||n===!1)continue;let a=n===!0&&!s.startsWith("aria-");i.setAttribute(s,a?"":String(n))}return i.append(...t),i}function h(r,e,t={}){let i=o("button",{type:"button",class:"button",...t},r);return i.addEventListener("click",e),i}function c(r,e){r.textContent!==e&&(r.textContent=e)}var ge=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function m(r){return ge.format(r)}function B(r,e,t=`${e}s`){return`${m(r)} ${r===1?e:t}`}function N(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let r=crypto.getRandomValues(new Uint8Array(16));r[6]=(r[6]??0)&15|64,r[8]=(r[8]??0)&63|128;let e=Array.from(r,t=>t.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((t,i,s)=>e.slice(s[i-1]??0,t)).join("-")}function W(r){return r.composedPath()[0]instanceof HTMLButtonElement}function j(r,e){if(!r.ctrlKey&&!r.metaKey)return null;if(r.code==="KeyZ"&&!r.shiftKey)e.undo();else if(r.code==="Enter")e.submit();else return!1;return!0}function fe(r,...e){let t=o("div",{class:"notice",role:"alert"},o("p",{class:"notice-what"},r.what),o("p",{},r.why),o("p",{class:"notice-fix"},r.fix));return e.length>0&&t.append(o("div",{class:"notice-actions"},...e.map(i=>h(i.label,()=>i.run())))),t}function v(r,e,...t){if(!e){r.firstElementChild&&r.replaceChildren();return}let i=[e.what,e.why,...t.map(s=>s.label)].join(`
`);r.firstElementChild&&r.dataset.content===i||(r.dataset.content=i,r.replaceChildren(fe(e,...t)))}var b=class{root;fill=o("div");shown="";constructor(e){let t={role:"progressbar","aria-label":e,"aria-valuemin":0};this.root=o("div",{class:"bar",...t},this.fill)}show(e,t){let i=`${e}/${t}`;this.shown!==i&&(this.shown=i,this.fill.style.transform=`scaleX(${t>0?e/t:0})`,this.root.setAttribute("aria-valuemax",String(t)),this.root.setAttribute("aria-valuenow",String(e)))}};var y=class{root=o("span",{class:"status",role:"status",hidden:!0});show(e,t){this.root.hidden=e==="idle",this.root.dataset.state!==e&&(this.root.dataset.state=e),c(this.root,ve(e,t))}};function ve(r,e){return r==="saving"?"saving…":r==="saved"?"saved":r==="offline"?`offline, ${e} waiting`:r==="refused"?`not saved, ${e} waiting`:""}function z(r,e,t,i){v(r,e.state==="refused"?e.error:null,{label:"Try again",run:()=>e.retry()},{label:`Discard ${t}`,run:i})}var be=20,w=class{input=o("input",{type:"search",class:"field class-search",placeholder:"Find a class","aria-label":"Find a class",autocomplete:"off"});buttons=new Map;constructor(e){this.input.addEventListener("input",()=>this.filter()),this.input.addEventListener("keydown",t=>{t.stopPropagation(),t.code==="Enter"?e.enter(this.first()):t.code==="Escape"&&e.escape()})}update(e){this.buttons=e,this.input.hidden=e.size<be,this.filter()}forget(){this.input.value="",this.filter()}filter(){let e=this.input.value.trim().toLowerCase();for(let[t,i]of this.buttons)i.hidden=!t.toLowerCase().includes(e)}first(){for(let[e,t]of this.buttons)if(!t.hidden)return e;return null}};function q(r,e,t,i){let s=o("div",{class:`chance-bar ${i}`});return s.style.setProperty("--share",String(t)),o("div",{class:"chance"},o("span",{class:"muted small"},r),o("strong",{class:"chance-name"},e),o("span",{class:"numbers small"},`${(100*t).toFixed(t<.1?1:0)} %`),s)}function g(r,e,t=""){let i=o("span",{class:"act-words"}),s=h("",e,{class:`button act ${t}`.trim()}),n=o("kbd",{class:t?"key on-accent":"key","aria-hidden":!0},r);return s.append(n,i),[s,i]}var x=class{constructor(e,t){this.acts=e;this.names=t;let[i,s]=g("1",()=>e.wrong(),"primary"),[n,a]=g("2",()=>e.right()),[d,l]=g("3",()=>this.toggle()),[u,I]=g("4",()=>e.aside()),[de,ce]=g("S",()=>e.skip());this.wrongWords=s,this.rightWords=a,this.anotherButton=d,c(l,"It is another class…"),c(I,"It is none of them: set it aside"),c(ce,"Skip"),d.setAttribute("aria-expanded","false"),this.search=new w({enter:_=>{_!==null&&this.choose(_)},escape:()=>{this.close(),e.escape()}}),this.panel=o("div",{class:"classbar",hidden:!0},this.search.input,this.classes),this.root=o("div",{class:"choices"},this.chances,o("div",{class:"acts"},i,n,d,this.panel,u,de))}acts;names;root;chances=o("div",{class:"chances"});wrongWords;rightWords;classes=o("div",{class:"class-buttons"});panel;search;anotherButton;shown="";show(e,t){let i=JSON.stringify([e.sample,e.given,e.suggested,t]);if(i===this.shown)return;this.shown=i,this.names=t,this.close(),this.chances.replaceChildren(q("Labelled",e.given,e.given_probability,"given"),q("The model says",e.suggested,e.suggested_probability,"suggested")),c(this.wrongWords,`Wrong: it is ${e.suggested}`),c(this.rightWords,`Right: it is ${e.given}`);let s=new Map(this.names.filter(n=>n!==e.given).map(n=>[n,h(n,()=>this.choose(n),{class:"button class-name"})]));this.classes.replaceChildren(...s.values()),this.search.update(s)}toggle(){this.panel.hidden?this.open():this.close()}open(){this.panel.hidden=!1,this.anotherButton.setAttribute("aria-expanded","true"),this.search.forget(),this.search.input.hidden?this.classes.firstElementChild?.focus({preventScroll:!0}):this.search.input.focus({preventScroll:!0})}close(){this.panel.hidden=!0,this.anotherButton.setAttribute("aria-expanded","false")}choose(e){this.close(),this.acts.another(e)}};var p=class extends Error{constructor(t,i,s,n){super(t);this.what=t;this.why=i;this.fix=s;this.status=n}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},Q=new URL("../",import.meta.url),ye=2e4,G="_streamlit_xsrf";function f(r,e={}){let t=new URL(r,Q);for(let[i,s]of Object.entries(e))s!=null&&s!==""&&t.searchParams.set(i,String(s));return t.href}function we(){for(let r of document.cookie.split("; "))if(r.startsWith(`${G}=`))return r.slice(G.length+1);return""}async function xe(){await fetch(new URL("../_stcore/health",Q),{cache:"no-store"})}function ke(r,e){try{let{error:t}=JSON.parse(e);if(t.what)return new p(t.what,t.why,t.fix,r)}catch{}return r>=500?new p(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new p(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function O(){return new p("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function J(r,e,t){let i={};r!=="GET"&&(i["x-xsrftoken"]=we()),t.json!==void 0&&(i["content-type"]="application/json");let s=new AbortController,n=setTimeout(()=>s.abort(),ye),a=()=>s.abort();t.signal?.addEventListener("abort",a),t.signal?.aborted&&s.abort();let d={method:r,headers:i,credentials:"same-origin",keepalive:t.keepalive??!1,signal:s.signal};t.json!==void 0?d.body=JSON.stringify(t.json):t.body&&(d.body=t.body);try{return await fetch(e,d)}catch(l){throw t.signal?.aborted?l:O()}finally{clearTimeout(n),t.signal?.removeEventListener("abort",a)}}async function k(r,e,t={}){let i=await J(r,e,t);if(i.status===403&&r!=="GET"&&(await xe().catch(()=>{}),i=await J(r,e,t)),!i.ok)throw ke(i.status,await i.text().catch(()=>""));return i}async function X(r,e){return await(await k("GET",r,e?{signal:e}:{})).json().catch(()=>Promise.reject(O()))}async function Y(r,e,t={}){return await(await k("POST",r,{...t,json:e})).json().catch(()=>Promise.reject(O()))}function Z(r){return r instanceof DOMException&&r.name==="AbortError"}function E(r){return r instanceof p?r:new p("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}var Ee=16,T=class r{constructor(e,t,i,s,n){this.url=e;this.columns=t;this.rows=i;this.cellWidth=s;this.cellHeight=n}url;columns;rows;cellWidth;cellHeight;static async load(e,t,i){let s=f("sprite",{samples:e,ids:t.join(",")}),n=await k("GET",s,i?{signal:i}:{}),a=URL.createObjectURL(await n.blob()),d=new Image;d.src=a,await d.decode();let l=Math.min(Ee,t.length),u=Math.ceil(t.length/l);return new r(a,l,u,d.naturalWidth/l,d.naturalHeight/u)}paint(e,t,i){let s=i/Math.max(this.cellWidth,this.cellHeight),n=this.cellWidth*s,a=this.cellHeight*s,d=t%this.columns,l=Math.floor(t/this.columns);e.style.width=`${n}px`,e.style.height=`${a}px`,e.style.backgroundImage=`url("${this.url}")`,e.style.backgroundSize=`${this.columns*n}px ${this.rows*a}px`,e.style.backgroundPosition=`${-d*n}px ${-l*a}px`,e.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var Te=60;function ee(r,e,t,i){let s=`label-errors/${encodeURIComponent(r)}/flags`;return X(f(s,{view:e,after:t,limit:Te}),i)}function te(r,e,t,i){let s=f(`label-errors/${encodeURIComponent(r)}/verdicts`);return Y(s,{annotator:e,ops:t},{keepalive:i})}var Se=20,S=class{constructor(e,t,i){this.run=e;this.digest=t;this.changed=i}run;digest;changed;flags=[];at=0;more=!0;loading=!1;error=null;view="open";cells=new Map;sprites=[];stop=new AbortController;get current(){return this.flags[this.at]??null}open(e){this.stop.abort(),this.stop=new AbortController,this.view=e,this.flags=[],this.at=0,this.more=!0,this.loading=!1,this.error=null,this.letGo(),this.load()}async load(){if(this.loading||!this.more)return;this.loading=!0,this.error=null;let{signal:e}=this.stop;try{let t=this.flags.at(-1)?.place??-1,i=await ee(this.run,this.view,t,e);this.flags.push(...i.flags),this.more=i.more,this.loading=!1,this.changed(i.counts),await this.loadPictures(i.flags,e)}catch(t){if(Z(t))return;this.loading=!1,this.error=E(t)}this.changed(null)}go(e){this.at=Math.max(0,Math.min(this.flags.length,e)),this.flags.length-this.at<Se&&this.load(),this.changed(null)}onward(){let e=this.at+1;for(;e<this.flags.length&&this.view==="open"&&this.flags[e]?.verdict!=="open";)e+=1;this.go(e)}paint(e,t,i){let s=this.cells.get(t);return s?.sprite.paint(e,s.place,i),s!==void 0}dispose(){this.stop.abort(),this.letGo()}async loadPictures(e,t){if(this.digest===null||e.length===0)return;let i=e.map(n=>n.sample),s=await T.load(this.digest,i,t);if(t.aborted){s.dispose();return}this.sprites.push(s),i.forEach((n,a)=>this.cells.set(n,{sprite:s,place:a}))}letGo(){for(let e of this.sprites.splice(0))e.dispose();this.cells.clear()}};var M=6;function ie(r,e){return Math.max(1,Math.floor((r+M)/(e+M)))}function re(r,e){let t=e.offsetTop-M,i=e.offsetTop+e.offsetHeight+M-r.clientHeight;t<r.scrollTop?r.scrollTop=t:i>r.scrollTop&&(r.scrollTop=i)}function se(r,e,t,i){let n={ArrowLeft:-1,ArrowRight:1,ArrowUp:-t,ArrowDown:t,Home:-i,End:i}[r];if(n===void 0||i===0)return null;let a=e+n;return Math.abs(n)===t&&t>1&&(a<0||a>=i)?e:Math.min(i-1,Math.max(0,a))}var H=72,Me={wrong:"✗",right:"✓",skipped:"…",open:""},Le={wrong:"label is wrong",right:"label is right",skipped:"skipped",open:"not judged"},L=class{constructor(e,t){this.paint=e;this.go=t}paint;go;root=o("div",{class:"tile-list flag-tiles",role:"listbox",tabindex:0,"aria-label":"Flags"});tiles=new Map;target(e,t,i){return se(e,t,ie(this.root.clientWidth,H),i)}update(e,t){let i=new Set(e.map(a=>a.sample));for(let[a,d]of this.tiles)i.has(a)||(d.remove(),this.tiles.delete(a));e.forEach((a,d)=>{let l=this.tiles.get(a.sample);l||(l=this.made(a,d),this.tiles.set(a.sample,l),this.root.append(l)),this.show(l,a,d===t)});let s=e[t],n=s&&this.tiles.get(s.sample);n?(this.root.setAttribute("aria-activedescendant",n.id),re(this.root,n)):this.root.removeAttribute("aria-activedescendant")}made(e,t){let i=o("div",{class:"frame"});i.append(e.text===null?o("div",{class:"cell"}):o("div",{class:"snippet"},e.text.slice(0,60)));let s=o("div",{class:"tile",role:"option",id:`flag-${e.sample}`},i,o("span",{class:"mark","aria-hidden":!0}));return s.style.setProperty("--side",`${H}px`),s.addEventListener("click",()=>this.go(t)),s}show(e,t,i){let s=e.querySelector(".cell");s&&!s.dataset.painted&&this.paint(s,t.sample,H)&&(s.dataset.painted="yes"),e.classList.toggle("doubtful",!t.likely),e.dataset.verdict=t.verdict,e.setAttribute("aria-selected",String(i));let n=`Sample ${t.sample}: labelled ${t.given}, ${t.suggested} suggested, ${Le[t.verdict]}`;e.setAttribute("aria-label",n),e.title=n;let a=e.querySelector(".mark");a&&c(a,Me[t.verdict]??"")}};var Ae=500,Re=8e3,$e=[400,404,409,413,422],ne=new Map,Ie=Math.random().toString(36).slice(2,10),A=class r{constructor(e,t){this.name=e;this.options=t;this.limit=t.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;keeping;listeners=new Set;static open(e,t){let i=ne.get(e);if(i)return i;let s=new r(e,t);return ne.set(e,s),s}get waiting(){return[...this.refused,...this.items]}listen(e){return this.listeners.add(e),()=>this.listeners.delete(e)}add(...e){e.length!==0&&(this.items.push(...e),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0?this.schedule(this.options.gatherMs):this.keepSoon(),this.changed())}drop(e){let t=this.items.findIndex(s=>s.op_id===e),i=this.refused.findIndex(s=>s.op_id===e);if(i!==-1)this.refused.splice(i,1);else if(t>=this.leaving)this.items.splice(t,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let e=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),e}keepSoon(){this.keeping??=setTimeout(()=>{this.keeping=void 0,this.persist()},this.options.gatherMs)}schedule(e){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},e)}async flush(e){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let t=this.items.slice(0,this.limit);this.leaving=t.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let i=await this.options.send(t,e),s=new Set(i.acknowledged);if(s.size===0)throw new p("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(n=>!s.has(n.op_id)),this.reply=i.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(i){this.leaving=0,this.failed(E(i),t.length)}}failed(e,t){this.error=e,e.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(Re,Ae*2**(this.failures-1)))):$e.includes(e.status)?t>1?(this.limit=Math.ceil(t/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let e of[...this.listeners])e()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let e=new Map;for(let t of Object.keys(localStorage))if(t.startsWith(this.prefix)){for(let i of JSON.parse(localStorage.getItem(t)??"[]"))e.set(i.op_id,i);localStorage.removeItem(t)}this.items=[...e.values()],this.persist()}catch{}}persist(){try{let e=this.prefix+Ie;this.waiting.length===0?localStorage.removeItem(e):localStorage.setItem(e,JSON.stringify(this.waiting))}catch{}}};var Ce=100,Oe=300,R=class{outbox;stopListening;steps=[];seen;constructor(e,t,i){this.outbox=A.open(`verdicts:${e}:${t}`,{batch:Ce,gatherMs:Oe,send:async(s,n)=>{let a=await te(e,t,s,n);return{acknowledged:a.acknowledged,reply:a.counts}}}),this.seen=this.outbox.reply,this.stopListening=this.outbox.listen(()=>{let{reply:s}=this.outbox,n=s!==this.seen?s:null;this.seen=s,i(n)})}get state(){return this.outbox.state}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting}get canUndo(){return this.steps.length>0}say(e,t,i){let s={verdict:e.verdict,class_name:e.class_name};this.steps.push({op:this.send(e.sample,t,i),before:s})}undo(){let e=this.steps.pop();if(!e)return null;let{op:t,before:i}=e;return this.outbox.drop(t.op_id)||this.send(t.sample,i.verdict,i.class_name),{sample:t.sample,...i}}retry(){this.outbox.retry()}discard(){this.outbox.discard(),this.steps.length=0}dispose(){this.stopListening()}send(e,t,i){let s={op_id:N(),sample:e,verdict:t,class_name:i};return this.outbox.add(s),s}};var He=1500,oe=280,_e={open:"Every flag is judged.",skipped:"Nothing was skipped.",wrong:"No label was found wrong yet.",right:"No label was found right yet.",all:"There are no flags."},$=class{constructor(e,t){this.root=e;this.args=t;let{run:i,annotator:s,samples_digest:n,class_names:a,view:d}=t.data;this.list=new S(i,n,l=>this.told(l)),this.verdicts=new R(i,s,l=>this.told(l)),this.choices=new x({wrong:()=>this.say("wrong",this.list.current?.suggested??null),right:()=>this.say("right",null),another:l=>this.say("wrong",l),aside:()=>this.say("wrong",null),skip:()=>this.say("skipped",null),escape:()=>this.focus()},a),this.tiles=new L((l,u,I)=>this.list.paint(l,u,I),l=>{this.list.go(l),this.focus()}),this.main=o("div",{class:"flag-main",role:"group",tabindex:-1,"aria-label":"Flag on display"},o("div",{class:"flag-left"},o("div",{class:"flag-title"},this.heading,this.position),this.stage,this.said),this.choices.root),e.append(o("div",{class:"flag-queue"},o("div",{class:"progress"},this.bar.root),o("div",{class:"flag-top"},this.summary,this.status.root),this.place,this.main,this.empty,o("div",{class:"flag-tools"},this.backButton,this.nextButton,this.undoButton),this.tiles.root,o("p",{class:"muted small flag-hint"},"Keys: 1 wrong, 2 right, 3 another class, 4 none of them, S skip, Ctrl+Z undo, arrows move. Paler tiles are doubtful: the search does not count them as errors."),this.announcer)),e.addEventListener("keydown",this.onKey),this.list.open(d)}root;args;counts=null;reported="";timer;painted=-1;list;verdicts;choices;tiles;bar=new b("Judged");status=new y;summary=o("span",{class:"small numbers"});place=o("div");heading=o("h3",{class:"flag-name"});position=o("span",{class:"muted small numbers"});said=o("p",{class:"small said"});picture=o("div",{class:"cell",role:"img"});words=o("div",{class:"flag-text",hidden:!0});stage=o("div",{class:"stage"},this.picture,this.words);announcer=o("span",{class:"visually-hidden","aria-live":"polite"});empty=o("div",{class:"empty",hidden:!0});main;undoButton=h("Undo",()=>this.undo(),{title:"Undo (Ctrl+Z)"});backButton=h("Previous",()=>this.step(-1),{title:"Arrow left"});nextButton=h("Next",()=>this.step(1),{title:"Arrow right"});onKey=e=>this.key(e);update(e){let t=this.args.data;this.args=e,t.view!==e.data.view&&this.list.open(e.data.view),this.refresh()}dispose(){clearTimeout(this.timer),this.root.removeEventListener("keydown",this.onKey),this.list.dispose(),this.verdicts.dispose()}told(e){e&&(this.counts=e),this.refresh(),this.report()}say(e,t){let i=this.list.current;i&&(this.verdicts.say(i,e,t),i.verdict=e,i.class_name=t,i.annotator=this.args.data.annotator,c(this.announcer,`Sample ${i.sample}: ${ae(i)}`),this.list.onward(),this.focus())}undo(){let e=this.verdicts.undo();if(!e)return;let t=this.list.flags.findIndex(s=>s.sample===e.sample),i=this.list.flags[t];i&&(i.verdict=e.verdict,i.class_name=e.class_name,this.list.go(t)),c(this.announcer,"Undone"),this.focus()}discard(){this.verdicts.discard(),this.list.open(this.args.data.view)}step(e){this.list.go(this.list.at+e),this.focus()}focus(){this.main.hidden?this.tiles.root.focus({preventScroll:!0}):this.main.focus({preventScroll:!0})}refresh(){let{list:e,verdicts:t,counts:i}=this,{likely:s,view:n}=this.args.data;if(this.status.show(t.state,t.waiting.length),t.state==="refused"){let d=B(t.waiting.length,"verdict");z(this.place,t,d,()=>this.discard())}else v(this.place,e.error,{label:"Try again",run:()=>{e.load()}});i&&(this.bar.show(Math.max(0,s-i.open),s),c(this.summary,Fe(i,s)));let a=e.current;if(this.main.hidden=a===null,this.empty.hidden=a!==null||e.loading||e.error!==null,!this.empty.hidden){let d=e.flags.length>0?"These are all. ":"";this.empty.replaceChildren(o("strong",{},d+_e[n]))}this.tiles.root.hidden=e.flags.length===0,this.tiles.update(e.flags,e.at),this.backButton.disabled=e.at===0,this.nextButton.disabled=a===null,this.undoButton.disabled=!t.canUndo,a&&this.show(a)}show(e){let{list:t}=this;c(this.heading,`Sample ${e.sample}`);let i=t.more?"+":"",s=e.likely?"":" · doubtful";if(c(this.position,`${m(t.at+1)} of ${m(t.flags.length)}${i}${s}`),c(this.said,e.verdict==="open"?"":`${ae(e)} (${e.annotator})`),this.words.hidden=e.text===null,this.picture.hidden=e.text!==null,e.text!==null)c(this.words,e.text);else{let n=Math.max(120,Math.min(oe,this.stage.clientWidth||oe));if(this.painted!==e.sample||!this.picture.style.backgroundImage){let a=t.paint(this.picture,e.sample,n);this.painted=a?e.sample:-1,a||(this.picture.style.backgroundImage="")}this.picture.setAttribute("aria-label",`Sample ${e.sample}, labelled ${e.given}`)}this.choices.show(e,this.args.data.class_names)}report(){if(clearTimeout(this.timer),!this.counts||this.verdicts.waiting.length>0)return;let e=JSON.stringify(this.counts);this.reported===""&&(this.reported=e),e!==this.reported&&(this.timer=setTimeout(()=>{this.reported=e,this.args.setStateValue("counts",{run:this.args.data.run,counts:this.counts})},He))}key(e){e.stopPropagation(),this.handled(e)&&e.preventDefault()}handled(e){let t=j(e,{undo:()=>this.undo(),submit:()=>{}});if(t!==null)return t;if(e.altKey||e.shiftKey)return!1;let{code:i}=e,s=this.tiles.target(i,this.list.at,this.list.flags.length);if(s!==null)return W(e)&&!i.startsWith("Arrow")?!1:(this.list.go(i==="ArrowRight"&&s===this.list.at?s+1:s),!0);if(e.repeat)return!1;let n=/^(?:Digit|Numpad)(\d)$/.exec(i)?.[1];if(!this.list.current)return!1;if(n==="1")this.say("wrong",this.list.current.suggested);else if(n==="2")this.say("right",null);else if(n==="3")this.choices.toggle();else if(n==="4")this.say("wrong",null);else if(i==="KeyS")this.say("skipped",null);else if(i==="KeyU")this.undo();else if(i==="Escape")this.choices.close();else return!1;return!0}};function ae(r){return r.verdict==="wrong"?r.class_name===null?"wrong, set aside":`wrong, it is ${r.class_name}`:r.verdict==="right"?`right, it is ${r.given}`:r.verdict==="skipped"?"skipped":"not judged"}function Fe(r,e){let t=r.wrong+r.right,i=`${m(e-r.open)} of ${m(e)} likely errors looked at`;if(r.precision===null||r.low===null||r.high===null)return i;let s=n=>`${Math.round(100*n)} %`;return`${i} · ${m(r.wrong)} of ${m(t)} judged labels are wrong: ${s(r.precision)} (between ${s(r.low)} and ${s(r.high)})`}var le=`.flag-queue {
  display: grid;
  gap: 0.75rem;
}
.flag-top,
.flag-tools,
.flag-title {
  display: flex;
  flex-wrap: wrap;
  align-items: baseline;
  gap: 0.4rem 1rem;
}
.flag-top {
  justify-content: space-between;
  min-height: 1.4rem;
}
.flag-main {
  display: grid;
  grid-template-columns: minmax(0, 300px) minmax(0, 1fr);
  gap: 1rem 1.5rem;
  align-items: start;
}
.flag-main:focus-visible {
  outline-offset: 6px;
}
.flag-left {
  display: grid;
  gap: 0.4rem;
}
.flag-name {
  margin: 0;
  font-size: 1.05rem;
}
.stage {
  display: grid;
  place-items: center;
  width: 100%;
  max-width: 280px;
  min-height: 280px;
  overflow: hidden;
  border-radius: var(--radius);
  background: #000000;
}
.stage:has(.flag-text:not([hidden])) {
  max-width: none;
  min-height: 8rem;
  background: var(--soft);
}
.flag-text {
  width: 100%;
  max-height: 280px;
  padding: 0.75rem 1rem;
  overflow: auto;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
}
.said {
  min-height: 1.3em;
  color: var(--muted);
}
.choices {
  display: grid;
  gap: 1rem;
}
.chances {
  display: grid;
  gap: 0.6rem;
}
.chance {
  display: grid;
  grid-template-columns: 7.5rem minmax(0, 1fr) auto;
  gap: 0.1rem 0.6rem;
  align-items: baseline;
}
.chance-name {
  overflow: hidden;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.chance-bar {
  grid-column: 1 / -1;
  height: 0.45rem;
  border-radius: 1rem;
  background: linear-gradient(
    to right,
    var(--fill) calc(100% * var(--share)),
    color-mix(in srgb, var(--ink) 12%, transparent) calc(100% * var(--share))
  );
}
.chance-bar.given {
  --fill: var(--muted);
}
.chance-bar.suggested {
  --fill: var(--accent);
}
.acts {
  display: grid;
  gap: 0.5rem;
  max-width: 26rem;
}
.act {
  justify-content: flex-start;
  text-align: left;
}
.act-words {
  overflow: hidden;
  text-overflow: ellipsis;
}
.flag-tiles {
  display: flex;
  flex-wrap: wrap;
  gap: 6px;
  max-height: 15rem;
  align-content: flex-start;
}
.flag-tiles .tile {
  position: relative;
}
.flag-tiles .tile.doubtful .frame {
  opacity: 0.55;
}
.flag-tiles .snippet {
  width: 100%;
  height: 100%;
  padding: 0.2rem 0.3rem;
  overflow: hidden;
  background: var(--soft);
  color: var(--ink);
  font-size: 0.65rem;
  line-height: 1.25;
  overflow-wrap: anywhere;
}
.mark {
  position: absolute;
  right: 3px;
  bottom: 3px;
  min-width: 1.3em;
  border-radius: 0.8em;
  background: var(--paper);
  color: var(--muted);
  font-size: 0.75rem;
  font-weight: 700;
  line-height: 1.3em;
  text-align: center;
}
.mark:empty {
  display: none;
}
.tile[data-verdict="wrong"] .mark {
  color: var(--bad);
}
.tile[data-verdict="right"] .mark {
  color: var(--good);
}
.flag-hint {
  overflow-wrap: anywhere;
}
@container (max-width: 620px) {
  .flag-main {
    grid-template-columns: minmax(0, 1fr);
  }
  .stage {
    min-height: 200px;
    margin-inline: auto;
  }
  .acts {
    max-width: none;
  }
}
@media (hover: none) {
  .flag-hint {
    display: none;
  }
}
.flag-tiles .frame:has(.snippet) {
  background: var(--soft);
}
`;var Ut=U(P+F+le,(r,e)=>new $(r,e));export{Ut as default};
