var vt=`.classbar {
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
`;var bt=`.dialog {
  max-width: none;
  max-height: calc(100dvh - 2rem);
  padding: 1rem;
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 1.2);
  background: var(--paper);
  color: var(--ink);
  box-shadow: 0 1rem 3rem rgba(0, 0, 0, 0.3);
}
.dialog::backdrop {
  background: rgba(0, 0, 0, 0.45);
}
`;var yt=`.studio {
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
`;function wt(r,t){let e=document.createElement("span");e.style.color=t,r.append(e);let i=getComputedStyle(e).color;e.remove();let s=i.match(/[\d.]+/g)?.map(Number)??[],n=i.startsWith("color(")?255:1;return[(s[0]??0)*n,(s[1]??0)*n,(s[2]??0)*n]}function xt([r,t,e]){let i=s=>{let n=s/255;return n<=.04045?n/12.92:((n+.055)/1.055)**2.4};return .2126*i(r)+.7152*i(t)+.0722*i(e)}function ot(r){let t=xt(wt(r,"var(--st-background-color, #ffffff)"))<.4;r.dataset.theme=t?"dark":"light";let e=xt(wt(r,"var(--st-primary-color, #ff4b4b)"));r.style.setProperty("--on-accent",1.05/(e+.05)>=3?"#ffffff":"#111111")}var Vt=50;function kt(r,t){let e=new WeakMap;return i=>{let s=i.parentElement,n=e.get(s);if(n)ot(n.host),n.instance.update(i);else{let d=document.createElement("style");d.textContent=yt+r;let h=document.createElement("div");h.className="studio",s.append(d,h),ot(h),n={host:h,style:d,instance:t(h,i),turn:0},e.set(s,n)}let a=n,l=++a.turn;return()=>{setTimeout(()=>{a.turn!==l||a.host.isConnected||(a.instance.dispose(),a.host.remove(),a.style.remove(),e.delete(s))},Vt)}}}var Et=`.tile-list {
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
`;var St=`.tools {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  justify-content: space-between;
  gap: 0.5rem 1rem;
}
.tools .group {
  display: flex;
  flex-wrap: wrap;
  gap: 0.4rem;
}
`;function o(r,t={},...e){let i=document.createElement(r);for(let[s,n]of Object.entries(t)){if(n===void 0||n===!1)continue;let a=n===!0&&!s.startsWith("aria-");i.setAttribute(s,a?"":String(n))}return i.append(...e),i}function u(r,t,e={}){let i=o("button",{type:"button",class:"button",...e},r);return i.addEventListener("click",t),i}function p(r,t){r.textContent!==t&&(r.textContent=t)}var te=new Intl.NumberFormat("en-US",{maximumFractionDigits:0});function k(r){return te.format(r)}function E(r,t,e=`${t}s`){return`${k(r)} ${r===1?t:e}`}function Tt(){if(typeof crypto.randomUUID=="function")return crypto.randomUUID();let r=crypto.getRandomValues(new Uint8Array(16));r[6]=(r[6]??0)&15|64,r[8]=(r[8]??0)&63|128;let t=Array.from(r,e=>e.toString(16).padStart(2,"0")).join("");return[8,12,16,20,32].map((e,i,s)=>t.slice(s[i-1]??0,e)).join("-")}var w=class extends Error{constructor(e,i,s,n){super(e);this.what=e;this.why=i;this.fix=s;this.status=n}what;why;fix;status;get passing(){return[0,408,425,429].includes(this.status)||this.status>=500}},At=new URL("../",import.meta.url),ee=2e4,Mt="_streamlit_xsrf";function L(r,t={}){let e=new URL(r,At);for(let[i,s]of Object.entries(t))s!=null&&s!==""&&e.searchParams.set(i,String(s));return e.href}function ie(){for(let r of document.cookie.split("; "))if(r.startsWith(`${Mt}=`))return r.slice(Mt.length+1);return""}async function se(){await fetch(new URL("../_stcore/health",At),{cache:"no-store"})}function re(r,t){try{let{error:e}=JSON.parse(t);if(e.what)return new w(e.what,e.why,e.fix,r)}catch{}return r>=500?new w(`The studio answered with status ${r}.`,"Something failed on the server.","Try again in a moment; the server's log says more.",r):new w(`The studio answered with status ${r}.`,"The server did not say why.","Reload the page and try again.",r)}function lt(){return new w("The studio does not answer.",navigator.onLine?"Its server is stopped, restarting, or out of reach.":"This device has no network connection.","Leave the page open: it tries again by itself.",0)}async function Lt(r,t,e){let i={};r!=="GET"&&(i["x-xsrftoken"]=ie()),e.json!==void 0&&(i["content-type"]="application/json");let s=new AbortController,n=setTimeout(()=>s.abort(),ee),a=()=>s.abort();e.signal?.addEventListener("abort",a),e.signal?.aborted&&s.abort();let l={method:r,headers:i,credentials:"same-origin",keepalive:e.keepalive??!1,signal:s.signal};e.json!==void 0?l.body=JSON.stringify(e.json):e.body&&(l.body=e.body);try{return await fetch(t,l)}catch(d){throw e.signal?.aborted?d:lt()}finally{clearTimeout(n),e.signal?.removeEventListener("abort",a)}}async function N(r,t,e={}){let i=await Lt(r,t,e);if(i.status===403&&r!=="GET"&&(await se().catch(()=>{}),i=await Lt(r,t,e)),!i.ok)throw re(i.status,await i.text().catch(()=>""));return i}async function dt(r,t){return await(await N("GET",r,t?{signal:t}:{})).json().catch(()=>Promise.reject(lt()))}async function Rt(r,t,e={}){return await(await N("POST",r,{...e,json:t})).json().catch(()=>Promise.reject(lt()))}function x(r){return r instanceof DOMException&&r.name==="AbortError"}function g(r){return r instanceof w?r:new w("The page could not finish this step.",r instanceof Error?r.message:String(r),"Reload the page; nothing that was saved is lost.",-1)}function ne(r,...t){let e=o("div",{class:"notice",role:"alert"},o("p",{class:"notice-what"},r.what),o("p",{},r.why),o("p",{class:"notice-fix"},r.fix));return t.length>0&&e.append(o("div",{class:"notice-actions"},...t.map(i=>u(i.label,()=>i.run())))),e}function f(r,t,...e){if(!t){r.firstElementChild&&r.replaceChildren();return}let i=[t.what,t.why,...e.map(s=>s.label)].join(`
`);r.firstElementChild&&r.dataset.content===i||(r.dataset.content=i,r.replaceChildren(ne(t,...e)))}var m=6,Pt=40,_t=112,Ct="studio.tile_size";function K(r){try{let t=Number(localStorage.getItem(Ct));if(t>=Pt&&t<=_t)return t}catch{}return r}function z(r,t){let e=o("input",{type:"range",class:"size",min:Pt,max:_t,step:8,value:r,"aria-label":"Tile size",title:"Tile size"});return e.addEventListener("input",()=>{try{localStorage.setItem(Ct,e.value)}catch{}t(Number(e.value))}),e}function ht(r,t){return Math.max(1,Math.floor((r+m)/(t+m)))}function Ht(r,t){let e=t.offsetTop-m,i=t.offsetTop+t.offsetHeight+m-r.clientHeight;e<r.scrollTop?r.scrollTop=e:i>r.scrollTop&&(r.scrollTop=i)}function G(r,t,e,i){let n={ArrowLeft:-1,ArrowRight:1,ArrowUp:-e,ArrowDown:e,Home:-i,End:i}[r];if(n===void 0||i===0)return null;let a=t+n;return Math.abs(n)===e&&e>1&&(a<0||a>=i)?t:Math.min(i-1,Math.max(0,a))}function _(r,t,e,i){let{dataset:s,version:n,class_name:a,split:l,status:d,search:h}=r,c=r.annotator_filter;return dt(L("samples",{dataset:s,version:n,...{class_name:a,split:l,status:d,annotator:c,search:h},after:t,limit:e}),i)}function B(r,t,e){let{dataset:i,version:s}=r;return dt(L("sample",{dataset:i,version:s,id:t}),e)}async function Ot(r,t){let i={...r,...{class_name:null,split:null,annotator_filter:null,search:""},status:t};return(await _(i,-1,1)).total}var ae=18,Dt=18,oe=104,le=280;function U(r,t,e){let i=r.captions?Math.max(1,...r.captions.map(n=>n.length)):null;if(r.task==="text"){let n=ht(t,le),a=i===null?0:(i-1)*Dt;return{columns:n,width:Math.floor((t-(n-1)*m)/n),rowHeight:oe+a+m}}let s=i===null?ae:4+i*Dt;return{columns:ht(t,e),width:e,rowHeight:e+s+m}}function It(r,t,e){let{columns:i,width:s,rowHeight:n}=r,a=s+m,l=[],d=Math.max(0,Math.floor((t.top+m)/n)),h=Math.min(Math.ceil(e/i)-1,Math.floor(t.bottom/n)),c=Math.max(0,Math.floor((t.left+m)/a)),v=Math.min(i-1,Math.floor(t.right/a));for(let y=d;y<=h;y+=1)for(let b=c;b<=v;b+=1){let T=y*i+b;T<e&&l.push(T)}return l}var de=4,F=24,A=class{constructor(t,e){this.list=t;this.handlers=e;t.addEventListener("pointerdown",i=>this.down(i))}list;handlers;swallow=!1;ended(){let{swallow:t}=this;return this.swallow=!1,t}down(t){if(this.swallow=!1,this.handlers.press(t),t.pointerType==="touch"||t.button!==0)return;let{list:e}=this,i=e.getBoundingClientRect(),s=t.clientX-i.left+e.scrollLeft,n=t.clientY-i.top+e.scrollTop,a=null,l=h=>{let c=Math.hypot(h.clientX-t.clientX,h.clientY-t.clientY);if(!a){if(c<de)return;a=o("div",{class:"band"}),e.append(a),e.setPointerCapture(t.pointerId)}h.clientY>i.bottom-F&&(e.scrollTop+=F/2),h.clientY<i.top+F&&(e.scrollTop-=F/2);let v=Math.min(i.right,Math.max(i.left,h.clientX))-i.left,y=Math.min(i.bottom,Math.max(i.top,h.clientY))-i.top,b=Math.min(s,v+e.scrollLeft),T=Math.min(n,y+e.scrollTop),$=Math.abs(s-v-e.scrollLeft),gt=Math.abs(n-y-e.scrollTop);a.style.transform=`translate(${b}px, ${T}px)`,a.style.width=`${$}px`,a.style.height=`${gt}px`,this.handlers.cover(new DOMRectReadOnly(b,T,$,gt))},d=()=>{e.removeEventListener("pointermove",l),e.removeEventListener("pointerup",d),e.removeEventListener("pointercancel",d),a&&(a.remove(),this.swallow=!0,this.handlers.release())};e.addEventListener("pointermove",l),e.addEventListener("pointerup",d),e.addEventListener("pointercancel",d)}};var ct=1e4,he=400,j=class{constructor(t,e){this.grid=e;this.band=new A(t,{press:()=>{this.before=new Set(this.ids)},cover:i=>this.restart(this.before,e.placesIn(i)),release:()=>{}})}grid;ids=new Set;band;full=!1;anchor=0;before=new Set;reported="";timer;get known(){return this.reported!==""}has(t){let e=this.grid.samples()[t];return e!==void 0&&this.ids.has(e.id)}toggle(t){let e=this.grid.samples()[t];e&&(this.anchor=t,this.full=!1,this.ids.delete(e.id)||this.add(e.id),this.change())}extend(t){let[e,i]=[Math.min(this.anchor,t),Math.max(this.anchor,t)],s=Array.from({length:i-e+1},(n,a)=>e+a);this.restart(new Set(this.ids),s)}start(t){this.anchor=t}all(){this.restart(new Set,[...this.grid.samples().keys()])}clear(){this.restart(new Set,[])}dispose(){clearTimeout(this.timer)}restart(t,e){this.full=!1,this.ids.clear();for(let s of t)this.ids.add(s);let i=this.grid.samples();for(let s of e){let n=i[s];n&&this.add(n.id)}this.change()}add(t){this.ids.size<ct||this.ids.has(t)?this.ids.add(t):this.full=!0}change(){clearTimeout(this.timer),this.timer=setTimeout(()=>this.tell(),he),this.grid.changed()}tell(){let t=[...this.ids].sort((i,s)=>i-s),e=t.join();e!==this.reported&&(this.reported=e,this.grid.report(t))}};var ce=16,M=class r{constructor(t,e,i,s,n){this.url=t;this.columns=e;this.rows=i;this.cellWidth=s;this.cellHeight=n}url;columns;rows;cellWidth;cellHeight;static async load(t,e,i){let s=L("sprite",{samples:t,ids:e.join(",")}),n=await N("GET",s,i?{signal:i}:{}),a=URL.createObjectURL(await n.blob()),l=new Image;l.src=a,await l.decode();let d=Math.min(ce,e.length),h=Math.ceil(e.length/d);return new r(a,d,h,l.naturalWidth/d,l.naturalHeight/h)}paint(t,e,i){let s=i/Math.max(this.cellWidth,this.cellHeight),n=this.cellWidth*s,a=this.cellHeight*s,l=e%this.columns,d=Math.floor(e/this.columns);t.style.width=`${n}px`,t.style.height=`${a}px`,t.style.backgroundImage=`url("${this.url}")`,t.style.backgroundSize=`${this.columns*n}px ${this.rows*a}px`,t.style.backgroundPosition=`${-l*n}px ${-d*a}px`,t.classList.toggle("crisp",Math.max(this.cellWidth,this.cellHeight)<=64)}dispose(){URL.revokeObjectURL(this.url)}};var pe=137.508;function C(r,t){let e=r.indexOf(t);return Math.round((210+Math.max(0,e)*pe)%360)}function W(r){return o("div",{id:r,class:"tile",role:"option","aria-selected":"false"},o("div",{class:"frame"},o("div",{class:"cell"})),o("div",{class:"answer","aria-hidden":!0}))}function q(r){let t=o("div",{class:"answer","aria-hidden":!0});return o("div",{id:r,class:"tile card",role:"option","aria-selected":"false"},o("div",{class:"frame"},o("p",{class:"excerpt"}),t))}function Y(r,t){let e=r.querySelector(".excerpt");e&&(r.classList.toggle("loading",t===null),e.classList.toggle("muted",t===""),p(e,t===""?"(an empty text)":t??""))}function H(r,t){if(t==="kept"){delete r.dataset.state,r.removeAttribute("title");return}r.dataset.state=t,r.title=t}function J(r,t,e,i){let s=r.querySelector(".cell");s&&(r.classList.toggle("loading",t===null),t?t.paint(s,e,i):s.style.backgroundImage="")}function R(r,t,e){let i=r.querySelector(".answer");if(!i)return;p(i,t.class_name??""),r.classList.toggle("answered",t.class_name!==null),t.class_name!==null?(r.style.setProperty("--hue",String(C(e,t.class_name))),i.title=t.class_name):i.removeAttribute("title");let s=[`sample ${t.id}`,t.class_name??"no answer"];t.state!=="kept"&&s.push(t.state),t.text!==null&&s.push(t.text),r.setAttribute("aria-label",s.join(", ")),H(r,t.state)}function pt(r,t,e){let i=r.querySelector(".answer");i&&(i.classList.add("caption"),i.replaceChildren(...e.map(s=>o("div",{title:s},s))),r.setAttribute("aria-label",[`sample ${t}`,...e].join(", ")))}var S=200,ue=8,me=4,X=class{constructor(t){this.shown=t}shown;sprites=new Map;asked=new Map;paint(t,e){let i=this.sprites.get(Math.floor(e/S))??null;J(t,i,e%S,this.shown.side)}keep(t,e){let[i,s]=[Math.floor(t/S),Math.floor(e/S)];for(let[n,a]of this.asked)(n<i||n>s)&&(a.abort(),this.asked.delete(n));for(let n=i;n<=s;n+=1)!this.sprites.has(n)&&!this.asked.has(n)&&this.load(n);for(let[n,a]of this.sprites){if(this.sprites.size<=ue)break;n>=i-1&&n<=s+1||(a.dispose(),this.sprites.delete(n))}}dispose(){for(let t of this.asked.values())t.abort();for(let t of this.sprites.values())t.dispose()}async load(t){let e=new AbortController;this.asked.set(t,e);let{data:i,samples:s,tiles:n}=this.shown,a=s.slice(t*S,(t+1)*S).map(l=>l.id);try{let l=await M.load(i.samples_digest,a,e.signal);if(e.signal.aborted)return l.dispose();this.asked.delete(t),this.sprites.set(t,l);for(let[d,h]of n)Math.floor(d/S)===t&&this.paint(h,d)}catch(l){if(x(l)||e.signal.aborted)return;this.asked.delete(t),this.shown.failed(g(l))}}},V=class{constructor(t){this.shown=t}shown;asked=new Map;first=0;last=-1;paint(t,e){Y(t,this.shown.samples[e]?.text??null)}keep(t,e){this.first=t,this.last=e;for(let[i,s]of this.asked)(i<t||i>e)&&(s.abort(),this.asked.delete(i));this.ask()}dispose(){this.last=-1;for(let t of this.asked.values())t.abort()}ask(){for(let t=this.first;t<=this.last;t+=1){if(this.asked.size>=me)return;this.shown.samples[t]?.text===null&&!this.asked.has(t)&&this.load(t)}}async load(t){let{data:e,samples:i,tiles:s}=this.shown,n=i[t];if(!n)return;let a=new AbortController;this.asked.set(t,a);try{let l=await B(e,n.id,a.signal);this.asked.delete(t),Object.assign(n,l.sample),n.text??=l.text??"";let d=s.get(t);d&&(this.paint(d,t),e.captions?H(d,n.state):R(d,n,e.class_names)),this.ask()}catch(l){if(x(l)||a.signal.aborted)return;this.asked.delete(t),this.shown.failed(g(l))}}};var ut=null,$t=null;function O(r){return r.composedPath()[0]instanceof HTMLButtonElement}function Nt(r){let{keyboard:t}=navigator;t&&($t??=t.getLayoutMap().then(e=>{ut=e}).catch(()=>{}),$t.then(()=>{ut&&r()}))}var fe={Enter:"Enter",Space:"Space",Tab:"Tab",Escape:"Esc",Backspace:"⌫",Delete:"Del",ArrowLeft:"←",ArrowRight:"→",ArrowUp:"↑",ArrowDown:"↓",PageUp:"PgUp",PageDown:"PgDn",Minus:"-",Equal:"=",Slash:"/",Backslash:"\\",Semicolon:";",Quote:"'",Comma:",",Period:".",BracketLeft:"[",BracketRight:"]",Backquote:"`"};function Kt(r){if(r.startsWith("Digit"))return r.slice(5);if(r.startsWith("Numpad"))return`Num ${r.slice(6)}`;let t=ut?.get(r);return t?t.toUpperCase():r.startsWith("Key")?r.slice(3):fe[r]??r}var ge=448,ve=64,be=720,ye=.5,we=.08,xe={kept:"",quarantined:"Quarantined: it takes no part until somebody decides about it.",removed:"Removed: it takes no part any more."},ke=new Intl.DateTimeFormat(void 0,{dateStyle:"medium",timeStyle:"short"}),P=class{constructor(t,e){this.owner=e;let i=u("Close",()=>this.dialog.close(),{title:"Close (Escape)"}),s=e.data().task==="text";this.pick.hidden=e.selection===void 0,this.dialog.append(o("div",{class:"viewer-body"},o("div",{class:"viewer-main"},s?this.text:this.picture,this.picturePlace),o("div",{class:"viewer-facts"},this.standing,this.list,this.waiting,this.factsPlace,this.history)),o("div",{class:"viewer-tools"},this.previous,this.position,this.next,this.pick,i)),this.dialog.addEventListener("keydown",n=>this.key(n)),this.dialog.addEventListener("click",n=>{n.target===this.dialog&&n.detail<2&&this.dialog.close()}),this.dialog.addEventListener("close",()=>{this.asked?.abort(),this.release(),e.closed(this.at)}),t.append(this.dialog)}owner;dialog=o("dialog",{class:"dialog viewer",tabindex:-1,"aria-label":"Sample"});cell=o("div",{class:"cell"});shown=o("div",{class:"viewer-shown"},this.cell);picture=o("div",{class:"viewer-picture"},this.shown);text=o("p",{class:"viewer-text",tabindex:0});standing=o("p",{class:"viewer-standing",hidden:!0});list=o("dl",{class:"facts"});waiting=o("p",{class:"muted small"},"Loading…");history=o("div",{class:"history",hidden:!0});picturePlace=o("div");factsPlace=o("div");position=o("span",{class:"muted small numbers"});previous=u("Previous",t=>this.step(-1,t));next=u("Next",t=>this.step(1,t));pick=u("Select",()=>this.toggle(),{title:"Space"});asked=null;sprite=null;at=0;get open(){return this.dialog.open}show(t){let e=this.owner.look(t);if(!e)return;this.at=t;let i=this.owner.total();p(this.position,`${t+1} of ${i}`),this.previous.disabled=t===0,this.next.disabled=t+1>=i,this.shown.querySelectorAll(".box").forEach(s=>s.remove()),p(this.text,e.text??""),this.list.replaceChildren(...zt(e,{})),this.stand(e.state),this.history.hidden=!0,this.paintPick(),this.dialog.open||(this.dialog.showModal(),this.dialog.focus()),this.asked?.abort(),this.asked=new AbortController,this.loadFacts(e,this.asked.signal),this.owner.data().task==="images"&&this.loadPicture(e,this.asked.signal)}dispose(){this.asked?.abort(),this.release(),this.dialog.remove()}key(t){t.code==="ArrowLeft"&&this.step(-1),t.code==="ArrowRight"&&this.step(1),t.code==="Space"&&!O(t)&&this.owner.selection&&(t.preventDefault(),this.toggle()),t.code!=="Escape"&&t.code!=="Tab"&&t.stopPropagation()}step(t,e){e&&e.detail>0&&this.dialog.focus();let i=this.at+t;i>=0&&i<this.owner.total()&&this.show(i)}toggle(){this.owner.selection?.toggle(this.at),this.paintPick()}paintPick(){let t=this.owner.selection?.has(this.at)??!1;p(this.pick,t?"Selected":"Select"),this.pick.classList.toggle("primary",t),this.pick.setAttribute("aria-pressed",String(t))}stand(t){this.standing.hidden=t==="kept",this.standing.dataset.state=t,p(this.standing,xe[t])}async loadFacts(t,e){this.waiting.hidden=!1,f(this.factsPlace,null);try{let i=await B(this.owner.data(),t.id,e);if(e.aborted)return;this.fill(t,i)}catch(i){if(x(i)||e.aborted)return;let s={label:"Try again",run:()=>{this.loadFacts(t,e)}};f(this.factsPlace,g(i),s)}this.waiting.hidden=!0}fill(t,e){this.list.replaceChildren(...zt(t,e.facts)),this.stand(e.sample.state),e.text!==null&&(this.text.classList.toggle("muted",e.text===""),p(this.text,e.text===""?"(an empty text)":e.text));let{class_names:i}=this.owner.data();this.shown.append(...e.boxes.map(s=>Ee(s,i))),this.history.hidden=e.history.length===0,this.history.replaceChildren(o("h4",{},"History"),o("ol",{},...e.history.map(({time:s,who:n,what:a,version:l})=>{let d=new Date(s*1e3),h=o("time",{datetime:d.toISOString()},ke.format(d)),c=o("span",{class:"muted small"},n," · ",h);return l!==null&&c.append(" · ",l),o("li",{},o("span",{},a),c)})))}async loadPicture(t,e){f(this.picturePlace,null);try{let i=await M.load(this.owner.data().samples_digest,[t.id],e);if(e.aborted)return i.dispose();this.release(),this.sprite=i;let s=(innerWidth-ve)*(innerWidth>=be?ye:1);i.paint(this.cell,0,Math.floor(Math.min(ge,s,innerHeight/2)))}catch(i){if(x(i)||e.aborted)return;let s={label:"Try again",run:()=>{this.loadPicture(t,e)}};f(this.picturePlace,g(i),s)}}release(){this.sprite?.dispose(),this.sprite=null,this.cell.style.backgroundImage=""}};function zt(r,t){let e=new Map([["Sample",String(r.id)],...r.known]);for(let[i,s]of Object.entries(t))e.has(i)||e.set(i,s);return[...e].flatMap(([i,s])=>[o("dt",{},i),o("dd",{},s)])}function Ee(r,t){let e=o("span",{class:"box-name"},r.class_name),i=o("div",{class:"box",title:r.class_name},e);i.classList.toggle("inside",r.top<we),i.style.setProperty("--hue",String(C(t,r.class_name)));for(let s of["left","top","width","height"])i.style[s]=`${r[s]*100}%`;return i}var mt=2,Se=96,Te=64,Me=20,Le=3e3,Ae="Click or drag to select, Shift+click for a range, Ctrl+A for all loaded. O or a double click opens.",Re="Tap to select; the corner of a sample opens it.",D=class{constructor(t,e,i){this.data=e;let s=e.task==="text",n=e.ids!==null,a=e.mode==="select";this.side=n&&!a?Se:K(Te),this.supply=s?new V(this):new X(this),this.list=o("div",{class:"tile-list list",role:"listbox",tabindex:0,"aria-label":"Samples"},this.spacer);let l=o("div",{class:"top"},this.summary);a&&l.append(o("span",{class:"picking"},this.picked,this.clear)),!s&&(a||!n)&&l.append(z(this.side,h=>this.resize(h))),t.append(l,this.place,this.list,this.emptyState),this.picks=a?this.pickIn(t,i):null;let{picks:d}=this;this.viewer=new P(t,{data:()=>this.data,total:()=>this.total,look:h=>this.look(h),closed:h=>this.focusOn(h,!0),...d&&{selection:{has:h=>d.has(h),toggle:h=>d.toggle(h)}}}),this.list.addEventListener("scroll",()=>this.plan(),{passive:!0}),this.list.addEventListener("keydown",h=>this.key(h)),this.list.addEventListener("click",h=>this.click(h)),this.observer=new ResizeObserver(()=>this.plan()),this.observer.observe(this.list),e.ids&&(this.samples.push(...e.ids.map(Pe)),this.total=e.ids.length,this.next=null),this.update(e),this.next!==null&&this.more()}data;samples=[];tiles=new Map;picks;side;next=-1;total=0;loading=null;isFailed=!1;timer;layout={columns:1,width:0,rowHeight:1};focus=0;frame=0;supply;list;spacer=o("div",{class:"spacer",role:"presentation"});summary=o("span",{class:"muted small numbers",role:"status"});picked=o("span",{class:"picked","aria-live":"polite"});clear=u("Clear",()=>this.picks?.clear(),{class:"button quiet small",title:"Clear the selection (Escape)"});hint=o("p",{class:"muted small hint"});place=o("div");emptyState=o("div",{class:"empty",hidden:!0});viewer;observer;update(t){this.data=t,this.list.style.maxHeight=`${t.height}px`,this.plan()}dispose(){cancelAnimationFrame(this.frame),clearTimeout(this.timer),this.observer.disconnect(),this.loading?.abort(),this.supply.dispose(),this.picks?.dispose(),this.viewer.dispose()}failed(t){this.isFailed=!0,f(this.place,t,{label:"Try again",run:()=>this.again()}),clearTimeout(this.timer),t.passing&&(this.timer=setTimeout(()=>this.again(),Le))}pickIn(t,e){return this.list.classList.add("selecting"),this.list.setAttribute("aria-multiselectable","true"),p(this.hint,matchMedia("(hover: none)").matches?Re:Ae),t.append(this.hint),this.list.addEventListener("dblclick",i=>{let s=this.placeOf(i);s!==null&&this.viewer.show(s)}),new j(this.list,{samples:()=>this.samples,placesIn:i=>{let{offsetLeft:s,offsetTop:n}=this.spacer,a=new DOMRectReadOnly(i.left-s,i.top-n,i.width,i.height);return It(this.layout,a,this.samples.length)},changed:()=>this.paintPicks(),report:e})}resize(t){this.side=t,this.clearTiles(),this.paint(),this.focusOn(this.focus,!1)}clearTiles(){for(let t of this.tiles.values())t.remove();this.tiles.clear()}async more(){if(this.loading||this.next===null)return;let t=new AbortController;this.loading=t,this.plan();try{let e=await _(this.data,this.next,S,t.signal);this.samples.push(...e.samples),this.next=e.samples.length>0?e.next:null,this.total=e.total,this.isFailed=!1,f(this.place,null)}catch(e){if(x(e))return;this.failed(g(e))}this.loading=null,this.plan()}again(){clearTimeout(this.timer),this.isFailed=!1,f(this.place,null),this.more(),this.plan()}plan(){cancelAnimationFrame(this.frame),this.frame=requestAnimationFrame(()=>this.paint())}paint(){this.list.hidden=!1;let t=this.spacer.clientWidth;if(t===0)return;let e=U(this.data,t,this.side);(e.columns!==this.layout.columns||e.width!==this.layout.width)&&this.clearTiles(),this.layout=e;let i=Math.ceil(this.samples.length/e.columns),s=this.loading!==null&&this.samples.length===0;this.spacer.style.height=`${Math.max(i,s?3:0)*e.rowHeight}px`,this.list.hidden=this.samples.length===0&&!s,this.list.setAttribute("aria-busy",String(this.loading!==null)),this.emptyState.hidden=!(this.samples.length===0&&this.next===null),this.emptyState.hidden||this.emptyState.replaceChildren(o("strong",{},"Nothing here"),o("span",{},"No sample matches. Choose another class, part, status or search.")),this.hint.hidden=this.list.hidden,this.summarise(),this.paintRows(i),this.paintPicks()}paintRows(t){let{scrollTop:e,clientHeight:i}=this.list,{columns:s,rowHeight:n}=this.layout,a=Math.max(0,Math.floor(e/n)-mt),l=Math.min(t,Math.ceil((e+i)/n)+mt),d=a*s,h=Math.min(this.samples.length,l*s);for(let[c,v]of this.tiles)(c<d||c>=h)&&(v.remove(),this.tiles.delete(c));for(let c=d;c<h;c+=1)this.tile(c);h>d&&!this.isFailed&&this.supply.keep(d,h-1),this.next!==null&&!this.isFailed&&l>=t-mt&&this.more()}tile(t){let e=this.samples[t];if(!e||this.tiles.has(t))return;let{columns:i,width:s,rowHeight:n}=this.layout,{task:a,ids:l,captions:d,class_names:h}=this.data,c=a==="text"?q(`tile-${t}`):W(`tile-${t}`);c.style.setProperty("--side",`${s}px`);let v=Math.floor(t/i),y=t%i;c.style.transform=`translate(${y*(s+m)}px, ${v*n}px)`,c.dataset.place=String(t),c.setAttribute("aria-posinset",String(t+1)),c.setAttribute("aria-setsize",String(this.total));let b=d?.[t];if(b?pt(c,e.id,b):l&&a==="images"?pt(c,e.id,[`sample ${e.id}`]):R(c,e,h),H(c,e.state),this.supply.paint(c,t),this.picks){let T=u("",()=>this.viewer.show(t),{class:"open",tabindex:-1,"aria-hidden":!0,title:"Open (O)"});c.querySelector(".frame")?.append(T),T.addEventListener("dblclick",$=>$.stopPropagation())}c.classList.toggle("focused",t===this.focus),this.tiles.set(t,c),this.spacer.append(c)}paintPicks(){let{picks:t}=this;if(!t)return;for(let[s,n]of this.tiles)n.setAttribute("aria-selected",String(t.has(s)));let{size:e}=t.ids;this.clear.hidden=e===0;let i=t.full?`, more than ${k(ct)} at once is not possible`:"";p(this.picked,e>0?`${k(e)} selected${i}`:"")}summarise(){this.data.ids?p(this.summary,E(this.total,"sample")):this.samples.length===0?p(this.summary,this.loading?"loading…":""):this.next===null?p(this.summary,E(this.total,"sample")):p(this.summary,`${k(this.samples.length)} of ${E(this.total,"sample")}`)}look(t){let e=this.samples[t];if(t+Me>=this.samples.length&&!this.isFailed&&this.more(),!e)return null;let{id:i,state:s,text:n}=e;if(!this.data.ids){let l=[["Class",e.class_name??"no answer yet"],["Part",e.split]];return{id:i,known:l,state:s,text:n}}let a=(this.data.captions?.[t]??[]).map(l=>{let d=l.indexOf(": ");return d===-1?["",l]:[l.slice(0,d),l.slice(d+2)]});return{id:i,known:a,state:s,text:n}}focusOn(t,e){this.tiles.get(this.focus)?.classList.remove("focused"),this.focus=Math.min(t,Math.max(0,this.samples.length-1));let{columns:i,rowHeight:s}=this.layout,n=Math.floor(this.focus/i)*s;n<this.list.scrollTop&&(this.list.scrollTop=n);let a=n+s-this.list.clientHeight;a>this.list.scrollTop&&(this.list.scrollTop=a),this.paint(),this.tiles.get(this.focus)?.classList.add("focused"),this.list.setAttribute("aria-activedescendant",`tile-${this.focus}`),e&&this.list.focus({preventScroll:!0})}key(t){let{code:e}=t,{picks:i}=this;if((t.ctrlKey||t.metaKey)&&e==="KeyA"&&i&&(i.all(),t.preventDefault()),t.ctrlKey||t.metaKey||t.altKey)return;let s=G(e,this.focus,this.layout.columns,this.samples.length),n=e==="Enter"||e==="Space";if(s!==null)this.focusOn(s,!1),t.shiftKey?i?.extend(s):i?.start(s);else if(i&&n)i.toggle(this.focus);else if(n||i&&e==="KeyO")this.viewer.show(this.focus);else if(i&&e==="Escape")i.clear();else return;t.preventDefault()}placeOf(t){let e=t.target.closest(".tile");return e?Number(e.dataset.place):null}click(t){if(this.picks?.band.ended())return;let e=this.placeOf(t);e===null||t.target.closest(".open")||(this.focusOn(e,!0),this.picks?t.shiftKey?this.picks.extend(e):this.picks.toggle(e):this.viewer.show(e))}};function Pe(r){return{id:r,split:"",annotated:!1,state:"kept",...{class_name:null,text:null,name:null}}}var Q=class{root=o("span",{class:"status",role:"status",hidden:!0});show(t,e){this.root.hidden=t==="idle",this.root.dataset.state!==t&&(this.root.dataset.state=t),p(this.root,_e(t,e))}};function _e(r,t){return r==="saving"?"saving…":r==="saved"?"saved":r==="offline"?`offline, ${t} waiting`:r==="refused"?`not saved, ${t} waiting`:""}function Gt(r,t,e,i){f(r,t.state==="refused"?t.error:null,{label:"Try again",run:()=>t.retry()},{label:`Discard ${e}`,run:i})}var Z=class{constructor(t,e,i,s=()=>!1){this.list=t;this.tiles=e;this.onChange=i;this.toggling=s;this.band=new A(t,{press:n=>{this.touch=n.pointerType==="touch";let a=this.toggling()||n.ctrlKey||n.metaKey||n.shiftKey;this.kept=a?[...this.selected]:[]},cover:n=>this.cover(n),release:()=>this.release()}),t.addEventListener("click",n=>this.click(n))}list;tiles;onChange;toggling;focus=0;selected=new Set;anchor=0;touch=!1;kept=[];band;targets(){return this.selected.size===0?this.tiles().length>0?[this.focus]:[]:[...this.selected].sort((t,e)=>t-e)}reset(t=0){this.selected.clear(),this.focus=t,this.anchor=t,this.onChange()}clear(){this.selected.clear(),this.anchor=this.focus,this.onChange()}all(){this.tiles().forEach((t,e)=>this.selected.add(e)),this.onChange()}toggle(t){this.selected.delete(t)||this.selected.add(t),this.focus=t,this.anchor=t,this.onChange()}move(t,e){if(this.focus=t,e){this.selected.clear();let[i,s]=[Math.min(this.anchor,t),Math.max(this.anchor,t)];for(let n=i;n<=s;n+=1)this.selected.add(n)}else this.anchor=t;this.onChange()}placeOf(t){let e=t.target.closest(".tile");return e?this.tiles().indexOf(e):-1}click(t){if(this.band.ended())return;let e=this.placeOf(t);e===-1?this.toggling()||this.clear():t.shiftKey?this.move(e,!0):this.touch||this.toggling()||t.ctrlKey||t.metaKey?this.toggle(e):(this.selected.clear(),this.move(e,!1))}cover(t){let{list:e}=this,i=e.getBoundingClientRect(),s=i.left-e.scrollLeft,n=i.top-e.scrollTop;this.selected.clear();for(let a of this.kept)this.selected.add(a);this.tiles().forEach((a,l)=>{let d=a.getBoundingClientRect();d.left-s>t.right||d.right-s<t.left||d.top-n>t.bottom||d.bottom-n<t.top||this.selected.add(l)}),this.onChange()}release(){let[t]=this.targets();this.selected.size>0&&t!==void 0&&(this.focus=t,this.anchor=t),this.onChange()}};var Ce=500,He=8e3,Oe=[400,404,409,413,422],Bt=new Map,De=Math.random().toString(36).slice(2,10),tt=class r{constructor(t,e){this.name=t;this.options=e;this.limit=e.batch,this.adopt(),addEventListener("online",()=>this.retry()),addEventListener("pagehide",()=>{this.persist(),this.flush(!0)}),this.items.length>0&&(this.state="saving",this.schedule(0))}name;options;state="idle";error=null;reply=null;items=[];refused=[];leaving=0;limit;failures=0;timer;keeping;listeners=new Set;static open(t,e){let i=Bt.get(t);if(i)return i;let s=new r(t,e);return Bt.set(t,s),s}get waiting(){return[...this.refused,...this.items]}listen(t){return this.listeners.add(t),()=>this.listeners.delete(t)}add(...t){t.length!==0&&(this.items.push(...t),(this.state==="idle"||this.state==="saved")&&(this.state="saving"),this.leaving===0&&this.timer===void 0?this.schedule(this.options.gatherMs):this.keepSoon(),this.changed())}drop(t){let e=this.items.findIndex(s=>s.op_id===t),i=this.refused.findIndex(s=>s.op_id===t);if(i!==-1)this.refused.splice(i,1);else if(e>=this.leaving)this.items.splice(e,1);else return!1;return this.persist(),this.settle(),!0}retry(){this.waiting.length===0||this.leaving>0||(this.items.unshift(...this.refused.splice(0)),this.failures=0,this.state="saving",this.schedule(0),this.changed())}discard(){let t=this.refused.length>0?this.refused.splice(0):this.items.splice(0);return this.error=null,this.persist(),this.settle(),t}keepSoon(){this.keeping??=setTimeout(()=>{this.keeping=void 0,this.persist()},this.options.gatherMs)}schedule(t){clearTimeout(this.timer),this.timer=setTimeout(()=>{this.timer=void 0,this.persist(),this.flush(!1)},t)}async flush(t){if(this.leaving>0||this.items.length===0)return;clearTimeout(this.timer),this.timer=void 0;let e=this.items.slice(0,this.limit);this.leaving=e.length,this.failures===0&&this.refused.length===0&&(this.state="saving");try{let i=await this.options.send(e,t),s=new Set(i.acknowledged);if(s.size===0)throw new w("The studio confirmed nothing of what was sent.","It replied, but named no entry as saved.","Leave the page open: it tries again by itself.",503);this.leaving=0,this.items=this.items.filter(n=>!s.has(n.op_id)),this.reply=i.reply??this.reply,this.failures=0,this.limit=this.options.batch,this.refused.length===0&&(this.error=null),this.items.length>0&&this.schedule(0),this.persist(),this.settle()}catch(i){this.leaving=0,this.failed(g(i),e.length)}}failed(t,e){this.error=t,t.passing?(this.failures+=1,this.state="offline",this.schedule(Math.min(He,Ce*2**(this.failures-1)))):Oe.includes(t.status)?e>1?(this.limit=Math.ceil(e/2),this.schedule(0)):(this.refused.push(...this.items.splice(0,1)),this.state="refused",this.items.length>0&&this.schedule(0)):this.state="refused",this.changed()}settle(){this.refused.length>0?this.state="refused":this.items.length===0?(clearTimeout(this.timer),this.timer=void 0,this.error=null,this.state="saved"):(this.state==="offline"||this.state==="refused")&&(this.state="saving"),this.changed()}changed(){for(let t of[...this.listeners])t()}get prefix(){return`studio.outbox:${this.name}:`}adopt(){try{let t=new Map;for(let e of Object.keys(localStorage))if(e.startsWith(this.prefix)){for(let i of JSON.parse(localStorage.getItem(e)??"[]"))t.set(i.op_id,i);localStorage.removeItem(e)}this.items=[...t.values()],this.persist()}catch{}}persist(){try{let t=this.prefix+De;this.waiting.length===0?localStorage.removeItem(t):localStorage.setItem(t,JSON.stringify(this.waiting))}catch{}}};var Ie=500,$e=90,Ut=6e4,Ne=1e4,et=class{outbox;stopListening;done=[];undone=[];base=null;times=[];waited;confirmed=new Map;constructor(t,e,i){this.outbox=tt.open(`labels:${t}:${e}`,{batch:Ie,gatherMs:$e,send:async(s,n)=>{let a=s.map(({op_id:d,sample:h,class_name:c})=>({op_id:d,sample:h,class_name:c})),l=await Rt(L("labels"),{dataset:t,annotator:e,ops:a},{keepalive:n});return{acknowledged:l.acknowledged,reply:l.progress}}}),this.waited=this.outbox.waiting,this.stopListening=this.outbox.listen(()=>{this.noteConfirmed(),i()})}get state(){return this.outbox.state}get error(){return this.outbox.error}get waiting(){return this.outbox.waiting.length}get canUndo(){return this.done.length>0}get canRedo(){return this.undone.length>0}get progress(){let t=this.outbox.reply??this.base;if(!t)return null;let e=this.outbox.waiting.reduce((s,n)=>s+n.change,0),i=Math.min(t.total,Math.max(0,t.labelled+e));return{...t,labelled:i}}begin(t){this.base=t}latest(t){let e=new Map;for(let[i,{class_name:s,at:n}]of this.confirmed)n>t&&e.set(i,s);for(let i of this.outbox.waiting)e.set(i.sample,i.class_name);return e}give(t){if(t.length===0)return;this.done.push(t),this.undone=[],this.send(t);let e=performance.now();for(let i of t)i.after!==null&&this.times.push(e)}undo(){let t=this.done.pop();if(!t)return[];this.undone.push(t);let e=t.map(({sample:i,before:s,after:n})=>({sample:i,before:n,after:s}));return this.send(e),e}redo(){let t=this.undone.pop();return t?(this.done.push(t),this.send(t),t):[]}get perMinute(){let t=performance.now();this.times=this.times.filter(i=>t-i<Ut);let e=this.times[0];return e===void 0||t-e<Ne?0:Math.round(this.times.length/(t-e)*Ut)}retry(){this.outbox.retry()}discard(){this.waited=[],this.outbox.discard(),this.done=[],this.undone=[]}dispose(){this.stopListening()}noteConfirmed(){let t=this.outbox.waiting,e=new Set(t.map(s=>s.op_id)),i=performance.now();for(let{op_id:s,sample:n,class_name:a}of this.waited)e.has(s)||this.confirmed.set(n,{class_name:a,at:i});this.waited=t}send(t){this.outbox.add(...t.map(({sample:e,before:i,after:s})=>({op_id:Tt(),sample:e,class_name:s,change:(s===null?0:1)-(i===null?0:1)})))}};var Ke=20,it=class{input=o("input",{type:"search",class:"field class-search",placeholder:"Find a class","aria-label":"Find a class",autocomplete:"off"});buttons=new Map;constructor(t){this.input.addEventListener("input",()=>this.filter()),this.input.addEventListener("keydown",e=>{e.stopPropagation(),e.code==="Enter"?t.enter(this.first()):e.code==="Escape"&&t.escape()})}update(t){this.buttons=t,this.input.hidden=t.size<Ke,this.filter()}forget(){this.input.value="",this.filter()}filter(){let t=this.input.value.trim().toLowerCase();for(let[e,i]of this.buttons)i.hidden=!e.toLowerCase().includes(t)}first(){for(let[t,e]of this.buttons)if(!e.hidden)return t;return null}};var ze=[...Array.from("123456789",r=>`Digit${r}`),...Array.from("ABCDEFGHIJKLMNOPQRSTVWXYZ",r=>`Key${r}`)];function Ge(r){let t=r.map(s=>/^[0-9]$/.test(s)?`Digit${s}`:/^[a-z]$/i.test(s)?`Key${s.toUpperCase()}`:void 0),e=t.map((s,n)=>t.indexOf(s)===n?s:void 0),i=ze.filter(s=>!e.includes(s));return e.map(s=>s??i.shift())}var st=class{constructor(t){this.choose=t;this.panel.append(this.search.input,this.buttons),Nt(()=>this.render())}choose;panel=o("div",{class:"classbar"});buttons=o("div",{class:"class-buttons",role:"group","aria-label":"Classes"});search=new it({enter:t=>t!==null&&this.choose(t),escape:()=>this.search.forget()});class_names=[];codes=[];update(t){t.join(`
`)!==this.class_names.join(`
`)&&(this.class_names=t,this.codes=Ge(t),this.render())}byKey(t){return this.class_names[this.codes.indexOf(t)]??null}render(){let t=new Map(this.class_names.map((e,i)=>{let s=this.codes[i],n=u("",()=>this.choose(e),{class:"button class",title:e});if(n.style.setProperty("--hue",String(C(this.class_names,e))),s){let a=Kt(s);n.setAttribute("aria-keyshortcuts",a),n.append(o("kbd",{class:"key","aria-hidden":!0},a))}return n.append(o("span",{class:"class-name"},e)),[e,n]}));this.buttons.replaceChildren(...t.values()),this.search.update(t)}};var Be=3e3,rt=class{constructor(t,e,i,s){this.data=t;this.limit=e;this.onPage=i;this.onChange=s}data;limit;onPage;onChange;current={samples:[],next:null,total:0,sprite:null,askedAt:0};loaded=!1;cursors=[-1];ahead=null;asked=null;timer;get loading(){return this.asked!==null}get isFirst(){return this.cursors.length<2}get isLast(){return this.current.next===null}turn(t){if(!this.loading){if(t===1&&this.current.next!==null)this.cursors.push(this.current.next);else if(t===-1&&!this.isFirst)this.cursors.pop();else return;this.load()}}async load(){this.asked?.abort(),clearTimeout(this.timer);let t=new AbortController;this.asked=t,this.onChange(null);let e=this.cursors.at(-1)??-1;try{let i=this.ahead?.after===e?this.ahead:null;i?this.ahead=null:this.forgetAhead();let s=await(i?.page??this.fetch(e,t.signal));if(t.signal.aborted){s.sprite?.dispose();return}this.asked=null,this.current.sprite?.dispose(),this.current=s,this.loaded=!0,this.onPage(),this.fetchAhead()}catch(i){if(x(i)||t.signal.aborted)return;this.asked=null;let s=g(i);s.passing&&(this.timer=setTimeout(()=>{this.load()},Be)),this.onChange(s)}}fetchAhead(){this.forgetAhead();let t=this.current.next;if(t===null)return;let e=this.fetch(t);e.catch(()=>{this.ahead?.page===e&&(this.ahead=null)}),this.ahead={after:t,page:e}}dispose(){this.asked?.abort(),clearTimeout(this.timer),this.forgetAhead(),this.current.sprite?.dispose()}async fetch(t,e){let i=performance.now(),s=this.data(),n=await _(s,t,this.limit(),e),a=n.samples.map(h=>h.id),d=s.task==="images"&&a.length>0?await M.load(s.samples_digest,a,e):null;return{...n,sprite:d,askedAt:i}}forgetAhead(){this.ahead?.page.then(t=>t.sprite?.dispose()).catch(()=>{}),this.ahead=null}};var nt=class{root;fill=o("div");shown="";constructor(t){let e={role:"progressbar","aria-label":t,"aria-valuemin":0};this.root=o("div",{class:"bar",...e},this.fill)}show(t,e){let i=`${t}/${e}`;this.shown!==i&&(this.shown=i,this.fill.style.transform=`scaleX(${e>0?t/e:0})`,this.root.setAttribute("aria-valuemax",String(e)),this.root.setAttribute("aria-valuenow",String(t)))}};var Ue=2e3,Fe=15e3,at=class{constructor(t,e){this.answers=t;this.report=e;let i=o("div",{class:"progress-text"},this.summary,this.rate,this.status.root);this.panel=o("div",{class:"progress"},this.bar.root,i)}answers;report;panel;bar=new nt("Labelled");summary=o("span",{class:"small numbers"});rate=o("span",{class:"muted small numbers"});status=new Q;reported=null;finished=null;due=!1;reportTimer;rateTimer;refresh(t){let{state:e,waiting:i,progress:s}=this.answers;s&&(this.bar.show(s.labelled,s.total),p(this.summary,`${k(s.labelled)} of ${k(s.total)} labelled`)),this.refreshRate(),this.status.show(e,i),this.plan(s,e==="saved",t)}dispose(){clearTimeout(this.reportTimer),clearTimeout(this.rateTimer)}refreshRate(){let t=this.answers.perMinute;p(this.rate,t>0?`${k(t)} a minute`:""),clearTimeout(this.rateTimer),t>0&&(this.rateTimer=setTimeout(()=>this.refreshRate(),Fe))}plan(t,e,i){if(clearTimeout(this.reportTimer),!t)return;let s=t.labelled>=t.total;this.finished===!1&&s&&(this.due=!0),this.finished=s;let n=JSON.stringify(t);this.reported??=n,!(!e||n===this.reported||!(this.due||i))&&(this.reportTimer=setTimeout(()=>{this.due=!1,this.reported=n,this.report(t)},this.due?0:Ue))}};var je=200,We=12,qe=56,Ye=6,Je=.65,Xe="Press a key or a class. Arrows move, Shift+arrows or dragging selects, Ctrl+A selects all.",Ve="Tap a class to answer for the marked sample, or tap samples first to select them.",I=class{args;side;tiles=[];answers;standing;pages;selection;viewer;classBar=new st(t=>this.answer(t));list=o("div",{class:"tile-list list labelling",role:"listbox",tabindex:0,"aria-multiselectable":"true","aria-label":"Samples to label"});announcer=o("span",{class:"visually-hidden","aria-live":"polite"});hint=o("span",{class:"muted small hint"});loadPlace=o("div");savePlace=o("div");emptyState=o("div",{class:"empty",hidden:!0});undoButton=u("Undo",()=>this.undo(),{title:"Undo (Ctrl+Z)"});redoButton=u("Redo",()=>this.redo(),{title:"Redo (Ctrl+Shift+Z)"});clearButton=u("No answer",()=>this.answer(null),{title:"Take the answer away (U or Backspace)"});previous=u("Previous page",()=>this.pages.turn(-1),{title:"PageUp"});following=u("Next page",()=>this.pages.turn(1),{title:"PageDown"});host;onKey=t=>this.key(t);constructor(t,e){this.host=t,this.args=e,this.side=K(qe);let{dataset:i,annotator:s,task:n}=e.data;this.answers=new et(i,s,()=>this.refresh()),this.selection=new Z(this.list,()=>this.tiles,()=>this.paintSelection()),this.standing=new at(this.answers,l=>{this.args.setStateValue("progress",l)}),this.pages=new rt(()=>this.args.data,()=>this.limit,()=>this.show(),l=>this.showLoading(l)),n==="text"&&this.list.classList.add("texts");let a=z(this.side,l=>this.resize(l));a.hidden=n==="text",t.append(this.standing.panel,this.classBar.panel,this.savePlace,this.loadPlace,this.list,this.emptyState,o("div",{class:"tools"},o("div",{class:"group"},this.undoButton,this.redoButton,this.clearButton),a,o("div",{class:"group"},this.previous,this.following)),this.hint,this.announcer),this.viewer=new P(t,{data:()=>this.args.data,total:()=>this.pages.current.samples.length,look:l=>{let d=this.pages.current.samples[l];if(!d)return null;let{id:h,split:c,state:v,text:y}=d,b=d.class_name??"no answer yet";return{id:h,known:[["Class",b],["Part",c]],state:v,text:y}},closed:l=>{this.selection.move(l,!1),this.list.focus({preventScroll:!0})}}),this.list.addEventListener("dblclick",()=>this.viewer.show(this.selection.focus)),t.addEventListener("keydown",this.onKey),this.update(e),this.pages.load(),this.count()}update(t){this.args=t,this.classBar.update(t.data.class_names),this.list.style.maxHeight=`${this.height}px`,this.tiles.forEach((e,i)=>this.paintTileAnswer(i)),this.refresh()}dispose(){this.host.removeEventListener("keydown",this.onKey),this.pages.dispose(),this.standing.dispose(),this.answers.dispose(),this.viewer.dispose()}get layout(){let t=this.list.clientWidth||this.host.clientWidth;return U(this.args.data,t-Ye,this.side)}get height(){return Math.min(this.args.data.height,Math.max(240,innerHeight*Je))}get limit(){let{columns:t,rowHeight:e}=this.layout,i=Math.floor((this.height+m)/e);return Math.min(je,Math.max(We,t*i))}async count(){try{let{data:t}=this.args,[e,i,s]=await Promise.all(["labelled","all","annotated"].map(n=>Ot(t,n)));if(e===void 0||i===void 0||s===void 0)return;this.answers.begin({labelled:e,total:i,annotated:s}),this.refresh()}catch{}}show(){let{samples:t,askedAt:e}=this.pages.current,i=this.answers.latest(e);for(let a of t){let l=i.get(a.id);l!==void 0&&(a.class_name=l)}let s=this.args.data.task==="text"?q:W;this.tiles=t.map((a,l)=>s(`tile-${l}`)),this.list.replaceChildren(...this.tiles),this.list.scrollTop=0,this.paintPictures(),this.tiles.forEach((a,l)=>this.paintTileAnswer(l)),f(this.loadPlace,null);let n=t.findIndex(a=>a.class_name===null);this.selection.reset(Math.max(0,n)),document.activeElement===document.body&&this.list.focus({preventScroll:!0}),this.refresh()}showLoading(t){if(t){let e={label:"Try again",run:()=>{this.pages.load()}};f(this.loadPlace,t,e)}this.refresh()}resize(t){this.side=t,this.paintPictures(),this.paintSelection(),this.pages.fetchAhead()}paintPictures(){this.list.style.setProperty("--side",`${this.side}px`);let{samples:t,sprite:e}=this.pages.current;this.tiles.forEach((i,s)=>{this.args.data.task==="text"?Y(i,t[s]?.text??""):J(i,e,s,this.side)})}paintTileAnswer(t){let e=this.tiles[t],i=this.pages.current.samples[t];e&&i&&R(e,i,this.args.data.class_names)}paintSelection(){let{focus:t,selected:e}=this.selection;this.tiles.forEach((s,n)=>{s.classList.toggle("focused",n===t),s.setAttribute("aria-selected",String(e.has(n)))});let i=this.tiles[t];i&&(this.list.setAttribute("aria-activedescendant",i.id),Ht(this.list,i)),this.refresh()}answer(t){let e=this.selection.targets(),i=this.selection.selected.size>0,s=[];for(let d of e){let h=this.pages.current.samples[d];!h||h.class_name===t&&(h.annotated||t===null)||s.push({sample:h.id,before:h.class_name,after:t})}this.apply(s),this.answers.give(s);let n=e.at(-1)??0;i&&this.selection.clear(),(t!==null||i)&&this.selection.move(Math.min(n+1,this.tiles.length-1),!1);let a=t??"no answer",l=i?E(e.length,"sample"):`sample ${this.pages.current.samples[n]?.id??""}`;p(this.announcer,`${l}: ${a}`),this.list.focus({preventScroll:!0})}apply(t){let e=new Map(this.pages.current.samples.map((s,n)=>[s.id,n])),i=[];for(let{sample:s,after:n}of t){let a=e.get(s),l=a===void 0?void 0:this.pages.current.samples[a];a===void 0||!l||(l.class_name=n,l.annotated=!0,this.paintTileAnswer(a),i.push(a))}return i}undo(){this.walk("Undone",this.answers.undo())}redo(){this.walk("Done again",this.answers.redo())}walk(t,e){let[i]=this.apply(e);if(i!==void 0&&(this.selection.clear(),this.selection.move(i,!1)),e.length===0)return;let s=i===void 0?" on another page":"";p(this.announcer,`${t}: ${E(e.length,"answer")}${s}`),this.refresh()}refresh(){let{waiting:t,progress:e}=this.answers;this.standing.refresh(this.args.data.notify),Gt(this.savePlace,this.answers,E(t,"answer"),()=>this.discard());let{loading:i,loaded:s,isFirst:n,isLast:a,current:l}=this.pages;if(this.list.setAttribute("aria-busy",String(i)),this.list.classList.toggle("busy",i),this.list.hidden=s&&l.samples.length===0,this.emptyState.hidden=!this.list.hidden,!this.emptyState.hidden){let d=e!==null&&e.total>0&&e.labelled>=e.total;this.emptyState.replaceChildren(o("strong",{},d?"Everything is labelled":"Nothing to label here"),o("span",{},d?"Every sample has an answer.":"No sample matches. Choose another filter."))}this.undoButton.disabled=!this.answers.canUndo,this.redoButton.disabled=!this.answers.canRedo,this.clearButton.disabled=l.samples.length===0,this.previous.disabled=i||n,this.following.disabled=i||a,this.refreshHint()}refreshHint(){let{current:t,isLast:e}=this.pages,i=t.samples.length>0&&t.samples.every(a=>a.class_name!==null);this.following.classList.toggle("primary",i&&!e);let s=this.selection.selected.size,n=matchMedia("(hover: none)").matches?Ve:Xe;s>0?n=`${E(s,"sample")} selected. Escape clears the selection.`:i&&(n=e?"This page is done, and it is the last.":"This page is done."),p(this.hint,n)}discard(){this.answers.discard(),this.pages.load(),this.count()}key(t){t.stopPropagation(),!(this.viewer.open||t.composedPath()[0]instanceof HTMLInputElement)&&this.handled(t)&&t.preventDefault()}handled(t){let{code:e,shiftKey:i}=t;if(t.ctrlKey||t.metaKey){if(e==="KeyA")this.selection.all();else if(e==="KeyZ")i?this.redo():this.undo();else if(e==="KeyY")this.redo();else return!1;return!0}if(t.altKey)return!1;let s=G(e,this.selection.focus,this.layout.columns,this.tiles.length),n=this.classBar.byKey(e);if(s!==null)this.moveTo(s,i);else if(n!==null)t.repeat||this.answer(n);else if(e==="KeyU"||e==="Backspace"||e==="Delete")this.answer(null);else if(e==="PageDown")this.pages.turn(1);else if(e==="PageUp")this.pages.turn(-1);else if(e==="Escape")this.selection.clear();else if(e==="Space"&&!O(t))this.selection.toggle(this.selection.focus);else if(e==="Enter"&&!O(t))this.viewer.show(this.selection.focus);else return!1;return!0}moveTo(t,e){e||this.selection.selected.clear(),this.selection.move(t,e)}};var Ft=`.grid {
  display: grid;
  gap: 0.6rem;
  min-width: 0;
}
.grid > * {
  min-width: 0;
}
.top {
  display: flex;
  align-items: center;
  justify-content: space-between;
  gap: 1rem;
  min-height: 1.6rem;
}
.size {
  width: 8rem;
  min-width: 4rem;
  accent-color: var(--accent);
}
.grid > div:empty {
  display: none;
}
.spacer {
  position: relative;
  min-height: 4rem;
}
.spacer .tile {
  position: absolute;
  top: 0;
  left: 0;
}
.labelling {
  display: grid;
  grid-template-columns: repeat(auto-fill, var(--side));
  justify-content: start;
  gap: 6px;
  user-select: none;
  -webkit-user-select: none;
}
.labelling.texts {
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 280px), 1fr));
  justify-content: stretch;
}
.labelling.busy {
  opacity: 0.55;
}
.grid > .labelling:empty {
  display: grid;
  min-height: 12rem;
  background: var(--soft);
}
.tile {
  width: var(--side);
}
.tile.card .frame {
  display: flex;
  flex-direction: column;
  align-items: stretch;
  justify-content: space-between;
  gap: 0.3rem;
  height: 104px;
  padding: 0.55rem 0.7rem 0.5rem;
  border: 1px solid var(--line);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
}
.texts .tile.card,
.texts .tile.card .frame {
  width: 100%;
}
.card .excerpt {
  line-height: 1.35;
}
.card.loading .excerpt {
  height: 2.4em;
  border-radius: 4px;
  background: repeating-linear-gradient(
    color-mix(in srgb, var(--ink) 10%, transparent) 0 0.8em,
    transparent 0.8em 1.3em
  );
}
.card .answer {
  flex: none;
  align-self: flex-start;
  max-width: 100%;
  margin: 0;
  padding: 0 0.45rem;
  font-size: 0.75rem;
  line-height: 18px;
  text-align: left;
}
.card .answer:not(.caption) {
  height: 18px;
}
.card:not(.answered) .answer:not(.caption) {
  visibility: hidden;
}
.card .answer.caption {
  padding: 0;
}
.tile[data-state] .cell,
.tile[data-state] .excerpt {
  opacity: 0.45;
}
.tile[data-state="removed"] .cell {
  filter: grayscale(1);
}
.tile[data-state="removed"] .excerpt {
  text-decoration: line-through;
}
.tile[data-state] .frame::before {
  content: "!";
  position: absolute;
  top: 3px;
  left: 3px;
  z-index: 1;
  display: grid;
  place-items: center;
  width: 16px;
  height: 16px;
  border-radius: 50%;
  background: #b35300;
  color: #ffffff;
  font-size: 11px;
  font-weight: 700;
  line-height: 1;
}
.tile[data-state="removed"] .frame::before {
  content: "×";
  background: #bd4043;
  font-size: 14px;
}
.tile.card[data-state] .frame::before {
  top: auto;
  right: 0.6rem;
  bottom: 0.5rem;
  left: auto;
  width: auto;
  height: 18px;
  padding: 0 0.5rem;
  border-radius: 9px;
  content: "quarantined";
  font-size: 0.7rem;
  font-weight: 600;
}
.tile.card[data-state="removed"] .frame::before {
  content: "removed";
}
.tile.card[aria-selected="true"] .frame::after {
  background: color-mix(in srgb, var(--accent) 14%, transparent);
}
.selecting .excerpt {
  padding-right: 1.2rem;
}
.selecting {
  user-select: none;
  -webkit-user-select: none;
}
.open {
  position: absolute;
  top: 3px;
  right: 3px;
  z-index: 1;
  width: 20px;
  height: 20px;
  padding: 0;
  border: 0;
  border-radius: 5px;
  background: rgba(0, 0, 0, 0.65);
  cursor: pointer;
  opacity: 0;
}
.open::before {
  content: "";
  position: absolute;
  inset: calc(50% - 6px) auto auto calc(50% - 6px);
  width: 9px;
  height: 9px;
  border: 1.5px solid #ffffff;
  border-radius: 50%;
}
.open::after {
  content: "";
  position: absolute;
  inset: calc(50% + 2px) auto auto calc(50% + 1px);
  width: 5px;
  height: 1.5px;
  background: #ffffff;
  transform: rotate(45deg);
}
.tile:hover .open,
.list:focus .tile.focused .open {
  opacity: 1;
}
@media (hover: none) {
  .open {
    width: 26px;
    height: 26px;
    opacity: 1;
  }
}
.picking {
  display: inline-flex;
  flex: 1 1 auto;
  align-items: center;
  justify-content: flex-end;
  gap: 0.3rem;
  min-width: 0;
  min-height: 2rem;
}
.top .small {
  white-space: nowrap;
}
.picked {
  font-weight: 600;
  font-variant-numeric: tabular-nums;
}
.picking .button {
  min-height: 2rem;
}
.labelling .tile.focused .frame {
  box-shadow:
    0 0 0 1px var(--paper),
    0 0 0 3px color-mix(in srgb, var(--ink) 55%, transparent);
}
.answer {
  height: 16px;
  margin-top: 2px;
  overflow: hidden;
  padding: 0 3px;
  border-radius: 4px;
  color: var(--muted);
  font-size: 0.7rem;
  line-height: 16px;
  text-align: center;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.tile.answered .answer {
  background: hsl(var(--hue) 60% 45% / 0.2);
  color: var(--ink);
}
.answer.caption {
  height: auto;
  padding: 2px 0 0;
  font-size: 0.75rem;
  line-height: 18px;
  text-align: left;
}
.answer.caption div {
  overflow: hidden;
  text-overflow: ellipsis;
}
.answer.caption div:nth-child(2) {
  color: var(--ink);
}
.progress {
  display: grid;
  gap: 0.3rem;
}
.progress-text {
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.1rem 1rem;
  min-height: 1.4rem;
}
.progress-text .status {
  margin-left: auto;
}
.class-search {
  width: min(100%, 16rem);
}
.class-buttons {
  max-height: 9.9rem;
}
.button.class {
  max-width: 100%;
  border-bottom: 3px solid hsl(var(--hue) 60% 50%);
}
.hint {
  min-height: 1.4em;
}
@container (max-width: 480px) {
  .top {
    gap: 0.5rem;
  }
  .top .size {
    width: 4.5rem;
  }
  .tools .size {
    order: 3;
    width: 100%;
  }
  .tools .group {
    flex: 1 1 100%;
  }
  .tools .group .button {
    flex: 1;
  }
}
`;var jt=`.viewer {
  width: min(34rem, calc(100vw - 2rem));
}
.viewer:focus-visible {
  outline: none !important;
}
.viewer-body {
  display: grid;
  gap: 0.75rem;
}
.viewer-main,
.viewer-facts {
  display: grid;
  align-content: start;
  gap: 0.75rem;
  min-width: 0;
}
.viewer-main > div:empty,
.viewer-facts > div:empty {
  display: none;
}
.viewer-picture {
  display: grid;
  place-items: center;
  min-height: 8rem;
  overflow: hidden;
  border-radius: calc(var(--radius) * 0.75);
  background: #000000;
}
.viewer-shown {
  position: relative;
}
.viewer-text {
  min-height: 8rem;
  max-height: 55vh;
  padding: 0.75rem 1rem;
  overflow-y: auto;
  border: 1px solid var(--line);
  border-radius: calc(var(--radius) * 0.75);
  background: color-mix(in srgb, var(--soft) 55%, var(--paper));
  font-size: 1rem;
  line-height: 1.55;
  overflow-wrap: anywhere;
  white-space: pre-wrap;
  scrollbar-width: thin;
}
.viewer-text.muted {
  color: var(--muted);
}
.viewer-standing {
  padding: 0.4rem 0.7rem;
  border-left: 3px solid var(--warn);
  border-radius: 4px;
  background: color-mix(in srgb, var(--warn) 12%, transparent);
}
.viewer-standing[data-state="removed"] {
  border-color: var(--bad);
  background: var(--bad-soft);
}
.box {
  position: absolute;
  border: 2px solid hsl(var(--hue) 85% 60%);
  border-radius: 2px;
  box-shadow: 0 0 0 1px rgba(0, 0, 0, 0.55);
}
.box-name {
  position: absolute;
  bottom: 100%;
  left: -2px;
  max-width: 12rem;
  padding: 0 0.35rem;
  overflow: hidden;
  border-radius: 2px 2px 0 0;
  background: hsl(var(--hue) 85% 60%);
  color: #111111;
  font-size: 0.75rem;
  font-weight: 600;
  line-height: 1.4;
  text-overflow: ellipsis;
  white-space: nowrap;
}
.box.inside .box-name {
  top: 0;
  bottom: auto;
  left: 0;
  border-radius: 0 0 2px 0;
}
.facts {
  display: grid;
  grid-template-columns: auto 1fr;
  gap: 0.15rem 1rem;
  margin: 0;
}
.facts dt {
  color: var(--muted);
}
.facts dd {
  margin: 0;
  overflow-wrap: anywhere;
}
.history h4 {
  margin: 0 0 0.35rem;
  font-size: 0.95rem;
  font-weight: 600;
}
.history ol {
  display: grid;
  gap: 0.45rem;
  max-height: 14rem;
  margin: 0;
  padding: 0;
  overflow-y: auto;
  list-style: none;
  scrollbar-width: thin;
}
.history li {
  display: grid;
  padding-left: 0.7rem;
  border-left: 2px solid var(--line);
  overflow-wrap: anywhere;
}
.viewer-tools {
  position: sticky;
  bottom: -1rem;
  display: flex;
  flex-wrap: wrap;
  align-items: center;
  gap: 0.5rem;
  margin: 0.25rem -1rem -1rem;
  padding: 0.6rem 1rem 1rem;
  background: var(--paper);
}
.viewer-tools .button:last-child {
  margin-left: auto;
}
@media (min-width: 720px) {
  .viewer {
    width: min(58rem, calc(100vw - 2rem));
  }
  .viewer-body {
    grid-template-columns: minmax(0, 1fr) minmax(15rem, 22rem);
    gap: 1.25rem;
  }
  .viewer-picture {
    min-height: min(448px, 50vh);
  }
}
`;var ti=new Set(["height","notify","class_names"]);function Wt(r){return JSON.stringify(Object.entries(r).filter(([t])=>!ti.has(t)))}var ft=class{constructor(t,e){this.host=t;this.args=e;this.known=Wt(e.data),[this.root,this.inner]=this.start(e)}host;args;inner;root;known;update(t){this.args=t;let e=Wt(t.data);e!==this.known?(this.known=e,this.inner instanceof D&&this.inner.picks?.known&&qt(t,[]),this.inner.dispose(),this.root.remove(),[this.root,this.inner]=this.start(t)):this.inner instanceof I?this.inner.update(t):this.inner.update(t.data)}dispose(){this.inner.dispose()}start(t){let e=document.createElement("div");return e.className="grid",e.addEventListener("keydown",s=>s.stopPropagation()),this.host.append(e),t.data.mode==="label"&&t.data.ids===null?[e,new I(e,t)]:[e,new D(e,t.data,s=>qt(this.args,s))]}};function qt({data:r,setStateValue:t},e){t("selected",{of:r.of,ids:e})}var ei=vt+bt+Et+St+Ft+jt,tr=kt(ei,(r,t)=>new ft(r,t));export{tr as default};
